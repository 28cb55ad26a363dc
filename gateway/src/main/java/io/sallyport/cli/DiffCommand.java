package io.sallyport.cli;

import io.sallyport.bundle.BundleDiff;
import io.sallyport.bundle.BundleDiff.Change;
import io.sallyport.bundle.BundleDiff.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport diff`: what a change of a bundle means.
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Say what two bundles mean differently: added, removed, tightened, loosened, changed.",
      "Comments, spaces, order and files make no difference. 'Tightened' and 'loosened' are said",
      "only of what is so for every request. Exit code 0, whatever is different; 1 when a bundle",
      "cannot be read, or, with --only-tightened, when there is anything else."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport diff bundle-of-main bundle",
      "  sallyport diff --only-tightened bundle-of-main bundle"
    })
final class DiffCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "OLD", description = "The bundle as it was.")
  Path old = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "The bundle as it is to be.")
  Path young = Path.of("");

  @Option(
      names = "--only-tightened",
      description = "Exit code 1 when there is anything but 'tightened'.")
  boolean onlyTightened;

  @Mixin PluginsOption plugins = new PluginsOption();

  @Override
  public Integer call() {
    var changes =
        BundleDiff.between(
            Bundles.read(old, plugins.folder).bundle(),
            Bundles.read(young, plugins.folder).bundle());
    int wide = changes.stream().mapToInt(change -> change.subject().length()).max().orElse(0);
    var out = spec.commandLine().getOut();
    for (Change change : changes) {
      out.println(
          "%-9s  %s  %s"
              .formatted(
                  change.kind().word(),
                  change.subject() + " ".repeat(wide - change.subject().length()),
                  change.what())
              .stripTrailing());
    }
    out.println(summary(changes));
    return onlyTightened && changes.stream().anyMatch(change -> change.kind() != Kind.TIGHTENED)
        ? 1
        : 0;
  }

  private static String summary(List<Change> changes) {
    var counts = new ArrayList<String>();
    for (Kind kind : Kind.values()) {
      long count = changes.stream().filter(change -> change.kind() == kind).count();
      if (count > 0) {
        counts.add(count + " " + kind.word());
      }
    }
    return counts.isEmpty() ? "both mean the same." : String.join(", ", counts) + ".";
  }
}
