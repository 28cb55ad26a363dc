package io.sallyport.loadtest.generator;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;

/// How every generator runs as a process: 0 when it ran to its end, 1 when it could not, 2 when it
/// was called wrongly. What went wrong is one line on standard error.
final class Program {
  private Program() {}

  static void run(Callable<Integer> command, String... arguments) {
    int code =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (problem, line, parsed) -> {
                  line.getErr().println(line.getCommandName() + ": " + problem.getMessage());
                  return problem instanceof IllegalArgumentException
                      ? CommandLine.ExitCode.USAGE
                      : CommandLine.ExitCode.SOFTWARE;
                })
            .execute(arguments);
    System.exit(code);
  }

  /// What a run comes to, or why it came to nothing.
  static <T> T await(Future<T> run, Duration atMost) throws Exception {
    try {
      return run.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new IllegalStateException("not done after " + atMost.toSeconds() + " s", e);
    }
  }
}
