package io.sallyport.cli;

import io.sallyport.demo.DemoProblem;
import io.sallyport.demo.RunningDemo;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `sallyport demo token NAME`: a fresh token of the demo that runs.
@Command(
    name = "token",
    description = "Print a fresh token for alice or bob, good for eight hours.",
    footer = {"", "Example:", "  sallyport demo token bob"})
final class DemoTokenCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @ParentCommand @Nullable DemoCommand demo;

  @Parameters(paramLabel = "NAME", description = "alice or bob.")
  @Nullable String person;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    var running = new RunningDemo(Objects.requireNonNull(demo, "picocli sets it").state);
    try {
      var token = running.token(Objects.requireNonNull(person, "required"));
      spec.commandLine().getOut().println(token);
      return 0;
    } catch (DemoProblem problem) {
      spec.commandLine().getErr().println("sallyport demo token: " + problem.getMessage());
      return 1;
    }
  }
}
