package io.sallyport.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A gateway as a process of its own. What it says goes to a file, and into the message of a
/// failure.
final class ChildGateway implements GatewayProcess {
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(50);

  /// Long: a JVM that learned writes it down before it ends.
  private static final Duration END = Duration.ofMinutes(10);

  private final List<String> command;
  private final Path log;
  private @Nullable Process process;

  /// @param command what starts a gateway when `run` and settings follow
  ChildGateway(List<String> command, Path log) {
    this.command = List.copyOf(command);
    this.log = log;
  }

  @Override
  public Running start(List<String> settings) {
    var whole = new ArrayList<>(command);
    whole.add("run");
    whole.addAll(settings);
    try {
      var started =
          new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      process = started;
      awaitReady(started);
      return () -> end(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @throws DemoProblem with what the process said, unless it drained and ended with 0
  void endedWell() throws DemoProblem {
    var ended = process;
    if (ended == null || ended.isAlive() || ended.exitValue() != 0) {
      throw new DemoProblem("the gateway did not end well:\n" + said());
    }
  }

  private void awaitReady(Process started) {
    long end = System.nanoTime() + START.toNanos();
    while (!said().contains("sallyport ready")) {
      if (!started.isAlive() || System.nanoTime() > end) {
        started.destroyForcibly();
        throw new IllegalStateException("the gateway did not start:\n" + said());
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        started.destroyForcibly();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  private static void end(Process started) {
    started.destroy();
    try {
      if (!started.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        started.destroyForcibly();
      }
    } catch (InterruptedException e) {
      started.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
