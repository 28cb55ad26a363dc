package io.sallyport.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A command line that the operator gave, for `sh -c`. At most [#LONGEST] long; what takes longer
/// is ended, with everything it started.
///
/// @param line as it was given
record OperatorCommand(String line) {
  static final Duration LONGEST = Duration.ofSeconds(30);

  OperatorCommand {
    if (line.isBlank()) {
      throw new IllegalArgumentException("a command is empty");
    }
  }

  /// What came of it.
  sealed interface Outcome {
    record Done(Duration took) implements Outcome {}

    record Failed(String why) implements Outcome {}
  }

  /// Runs it and waits. An interrupt ends it, and stays set.
  ///
  /// @param log gets what it writes
  Outcome run(Path log) {
    var began = System.nanoTime();
    try {
      var process = start(ProcessBuilder.Redirect.appendTo(log.toFile()));
      if (!finished(process)) {
        return new Outcome.Failed("was ended: not done after " + Spans.text(LONGEST));
      }
      return process.exitValue() == 0
          ? new Outcome.Done(Duration.ofNanos(System.nanoTime() - began))
          : new Outcome.Failed("exit code " + process.exitValue() + "; its output is in " + log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Failed("was ended: the run is over");
    } catch (IOException e) {
      return new Outcome.Failed("cannot be started: " + e.getMessage());
    }
  }

  /// What it writes to its standard output, stripped. Its errors go to ours.
  ///
  /// @throws IllegalArgumentException when it fails
  String answer() throws InterruptedException {
    try {
      var file = Files.createTempFile("scenario", ".out"); // for its owner's eyes only
      try {
        var process = start(ProcessBuilder.Redirect.to(file.toFile()));
        if (!finished(process) || process.exitValue() != 0) {
          throw new IllegalArgumentException("the command failed: " + line);
        }
        return Files.readString(file).strip();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the command cannot be run: " + line, e);
    }
  }

  private Process start(ProcessBuilder.Redirect out) throws IOException {
    var builder = new ProcessBuilder("sh", "-c", line).redirectOutput(out);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    if (out.type() == ProcessBuilder.Redirect.Type.APPEND) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    }
    return builder.start();
  }

  private static boolean finished(Process process) throws InterruptedException {
    try {
      if (process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    return false;
  }
}
