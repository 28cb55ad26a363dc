package io.sallyport.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process under measurement, pinned to one core, with its children.
///
/// @param port where it serves HTTPS on 127.0.0.1
record Proxy(String name, Process process, int port) implements AutoCloseable {
  /// The kernel counts CPU time in hundredths of a second (USER_HZ), on every Linux.
  private static final double SECONDS_PER_TICK = 0.01;

  /// Starts a command on a core; its output goes to a file of the work folder.
  static Proxy start(String name, int core, int port, Path folder, List<String> command)
      throws IOException {
    List<String> pinned = new java.util.ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
    pinned.addAll(command);
    Process process =
        new ProcessBuilder(pinned)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    return new Proxy(name, process, port);
  }

  /// Waits until its output holds a text; empty text: until the port takes connections.
  void awaitReady(Path folder, String text, Duration atMost) throws Exception {
    long end = System.nanoTime() + atMost.toNanos();
    while (!ready(folder, text)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException(
            name + " did not start:\n" + Files.readString(folder.resolve(name + ".log")));
      }
      Thread.sleep(50);
    }
  }

  private boolean ready(Path folder, String text) throws IOException {
    if (!text.isEmpty()) {
      return Files.readString(folder.resolve(name + ".log")).contains(text);
    }
    try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /// User and system CPU seconds so far, of the process, all its threads and its children.
  double cpuSeconds() {
    return (ticks(process.toHandle()) + process.descendants().mapToLong(Proxy::ticks).sum())
        * SECONDS_PER_TICK;
  }

  private static long ticks(ProcessHandle handle) {
    try {
      String stat = Files.readString(Path.of("/proc/" + handle.pid() + "/stat"));
      // Fields count from 1 and the second may hold spaces: utime and stime are 14 and 15, proc(5).
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Resident memory in MiB, with its children.
  long residentMiB() {
    return (resident(process.toHandle()) + process.descendants().mapToLong(Proxy::resident).sum())
        / 1024;
  }

  private static long resident(ProcessHandle handle) {
    try (BufferedReader lines =
        Files.newBufferedReader(Path.of("/proc/" + handle.pid() + "/status"))) {
      return lines
          .lines()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
