package io.sallyport.cli;

import io.sallyport.demo.DemoProblem;
import io.sallyport.demo.RunningDemo;
import io.sallyport.demo.RunningDemo.ZoneWish;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `sallyport demo zone NAME up|down|status`: the switch of a zone of the demo that runs.
@Command(
    name = "zone",
    description = "Take a zone of the demo that runs down or up, or look at it.",
    footer = {"", "Examples:", "  sallyport demo zone b down", "  sallyport demo zone b status"})
final class DemoZoneCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @ParentCommand @Nullable DemoCommand demo;

  @Parameters(index = "0", paramLabel = "NAME", description = "a, b or c.")
  @Nullable String zone;

  @Parameters(
      index = "1",
      paramLabel = "WISH",
      defaultValue = "status",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  ZoneWish wish = ZoneWish.STATUS;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    var running = new RunningDemo(Objects.requireNonNull(demo, "picocli sets it").state);
    try {
      var status = running.zone(Objects.requireNonNull(zone, "required"), wish);
      spec.commandLine().getOut().println(status);
      return 0;
    } catch (DemoProblem problem) {
      spec.commandLine().getErr().println("sallyport demo zone: " + problem.getMessage());
      return 1;
    }
  }
}
