package io.sallyport.loadtest.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Every process that this run started. Closing it ends them, and nothing else. Safe for use by
/// several threads: a shutdown hook closes it while the run goes on.
public final class Started implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Path folder;
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param folder where they work, and where their output goes
  public Started(Path folder) {
    this.folder = folder;
  }

  /// Starts a process that serves until it is ended. Its output goes to `NAME.log`.
  public Process serve(String name, List<String> command) throws IOException {
    return start(
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile()));
  }

  /// Starts a process whose standard input and output are read by the caller; errors go to
  /// `NAME.log`.
  public Process converse(String name, List<String> command) throws IOException {
    return start(
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(log(name).toFile()));
  }

  /// Runs a process to its end.
  ///
  /// @throws IOException when it cannot be started, or has not ended in time: then it is ended
  public Ended run(List<String> command, Duration atMost) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "run", ".out");
    Process process =
        start(
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile()));
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command.getFirst() + ": not done after " + atMost.toSeconds() + " s");
      }
      return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      end(process);
      Files.deleteIfExists(output);
    }
  }

  /// Whether the run is over: nothing can be started any more.
  public boolean over() {
    return closed;
  }

  /// What a serving process has said so far.
  public String said(String name) throws IOException {
    return Files.exists(log(name)) ? Files.readString(log(name)) : "";
  }

  /// Ends one of them and its children: asked first, forced after some seconds.
  public void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    children.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    processes.remove(process);
  }

  @Override
  public void close() {
    closed = true;
    processes.forEach(Process::destroy);
    processes.forEach(this::end);
  }

  private Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    processes.add(process);
    if (closed) {
      end(process);
      throw new IOException("the run is over");
    }
    return process;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }
}
