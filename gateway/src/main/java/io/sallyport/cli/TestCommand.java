package io.sallyport.cli;

import io.sallyport.bundle.TestRun;
import io.sallyport.snapshot.BundleFolder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  sallyport test bundle --junit target/bundle-tests.xml",
      "  sallyport test bundle --watch"
    })
final class TestCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The bundle.")
  Path folder = Path.of("");

  @Mixin PluginsOption plugins = new PluginsOption();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the results as JUnit's XML too, for a build server.")
  @Nullable Path junit;

  @Option(
      names = "--watch",
      description = "Run them again whenever a file of the bundle changes, until Ctrl-C.")
  boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    return watch ? whenever() : once();
  }

  private int whenever() throws InterruptedException {
    var err = spec.commandLine().getErr();
    var watched = new BundleFolder(folder);
    Object seen = "";
    while (true) {
      var now = state(watched);
      if (!now.equals(seen)) {
        seen = now;
        err.println("--- " + LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
        try {
          once();
        } catch (ConfigurationRefused refused) {
          refused.lines().forEach(err::println);
        }
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  /// A folder that cannot be looked at is a state too: running the tests says what is wrong with
  /// it.
  private static Object state(BundleFolder folder) {
    try {
      return folder.look();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private int once() {
    var read = Bundles.read(folder, plugins.folder);
    var run = read.tests().run(read.bundle());
    var out = run.passed() ? spec.commandLine().getOut() : spec.commandLine().getErr();
    out.print(run.render());
    out.flush();
    if (junit != null) {
      report(junit, run);
    }
    return run.passed() ? 0 : 1;
  }

  private void report(Path file, TestRun run) {
    try {
      JunitReport.write(file, folder.toString(), run);
    } catch (NoSuchFileException e) {
      throw new ConfigurationRefused(file + " cannot be written: its folder is not there");
    } catch (IOException e) {
      throw new ConfigurationRefused(file + " cannot be written: " + e.getMessage());
    }
  }
}
