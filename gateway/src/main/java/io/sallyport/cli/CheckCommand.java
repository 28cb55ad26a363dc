package io.sallyport.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport check`: whether a bundle can be loaded.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Say everything that is wrong with a bundle.",
      "File, line, column, the line, and what was probably meant; all at once. Its own tests are",
      "run by 'sallyport test'."
    },
    footer = {"", "Example:", "  sallyport check policy/bundles/demo"})
final class CheckCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The bundle.")
  Path folder = Path.of("");

  @Mixin PluginsOption plugins = new PluginsOption();

  @Override
  public Integer call() {
    var bundle = Bundles.read(folder, plugins.folder).bundle();
    bundle
        .warnings()
        .forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT,
                "bundle %s is good: %s, %s, %s.",
                bundle.shortId(),
                Count.of(bundle.routeList().size(), "route"),
                Count.of(bundle.policies().size(), "policy", "policies"),
                Count.of(bundle.upstreams().size(), "upstream")));
    return 0;
  }
}
