package io.sallyport.cli;

import io.sallyport.bundle.TestRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport test`: whether a bundle answers as its own tests say.
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Run a bundle's own tests.",
      "Says which rules and routes none of them reached. A gateway loads no bundle whose tests",
      "fail."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport test policy/bundles/demo",
      "  sallyport test bundle --junit target/bundle-tests.xml"
    })
final class TestCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The bundle.")
  Path folder = Path.of("");

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Jars with filters of your own, as in the setting sallyport.plugins.")
  @Nullable Path plugins;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the results as JUnit's XML too, for a build server.")
  @Nullable Path junit;

  @Override
  public Integer call() {
    var read = Bundles.read(folder, plugins);
    var run = read.tests().run(read.bundle());
    if (junit != null) {
      report(junit, run);
    }
    var out = run.passed() ? spec.commandLine().getOut() : spec.commandLine().getErr();
    out.print(run.render());
    out.flush();
    return run.passed() ? 0 : 1;
  }

  private void report(Path file, TestRun run) {
    try {
      JunitReport.write(file, folder.toString(), run);
    } catch (IOException e) {
      throw new ConfigurationRefused(file + " cannot be written: " + e.getMessage());
    }
  }
}
