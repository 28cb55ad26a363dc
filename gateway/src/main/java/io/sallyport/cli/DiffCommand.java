package io.sallyport.cli;

import io.sallyport.audit.AuditReader;
import io.sallyport.bundle.BundleDiff;
import io.sallyport.bundle.BundleDiff.Change;
import io.sallyport.bundle.BundleDiff.Kind;
import io.sallyport.bundle.Replay;
import io.sallyport.bundle.source.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      "only of what is so for every request. With --replay, recorded requests are judged by both,",
      "and those are listed that come out otherwise: by rule, with a count and an example. Exit code",
      "0, whatever is different; 1 when a bundle or an audit file cannot be read, or, with",
      "--only-tightened, when there is anything else."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport diff bundle-of-main bundle",
      "  sallyport diff --only-tightened bundle-of-main bundle",
      "  sallyport diff bundle-of-main bundle --replay audit.jsonl --replay audit-1.jsonl.gz"
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

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = {
        "Judge the requests of this audit file by both bundles; may be repeated. '.gz' is unpacked.",
        "What a record lacks is never guessed: such requests are counted as undecidable."
      })
  List<Path> replayed = new ArrayList<>();

  @Option(names = "--json", description = "Write JSON, for tools.")
  boolean json;

  @Mixin PluginsOption plugins = new PluginsOption();

  @Override
  public Integer call() {
    var before = Bundles.read(old, plugins.folder).bundle();
    var after = Bundles.read(young, plugins.folder).bundle();
    var changes = BundleDiff.between(before, after);
    var replay = new Replay(before, after);
    long unreadable = 0;
    for (Path file : replayed) {
      unreadable += read(file, replay);
    }
    if (json) {
      Json.write(spec, replayed.isEmpty() ? Map.of("changes", changes) : all(changes, replay));
    } else {
      write(changes);
      if (!replayed.isEmpty()) {
        write(replay, unreadable);
      }
    }
    return onlyTightened && changes.stream().anyMatch(change -> change.kind() != Kind.TIGHTENED)
        ? 1
        : 0;
  }

  private static Map<String, Object> all(List<Change> changes, Replay replay) {
    return Map.of(
        "changes",
        changes,
        "replay",
        Map.of(
            "judged", replay.judged(),
            "same", replay.same(),
            "changed", replay.changed(),
            "undecidable", replay.undecidable()));
  }

  private long read(Path file, Replay replay) {
    try {
      return AuditReader.read(file, replay::judge).unreadable();
    } catch (IOException e) {
      throw new ConfigurationRefused(List.of("%s cannot be read: %s".formatted(file, e)));
    }
  }

  private void write(Replay replay, long unreadable) {
    var out = spec.commandLine().getOut();
    var groups = new ArrayList<>(replay.changed());
    groups.addAll(replay.undecidable());
    long changed = replay.changed().stream().mapToLong(Replay.Group::count).sum();
    long open = replay.undecidable().stream().mapToLong(Replay.Group::count).sum();
    out.println();
    for (Replay.Group group : groups) {
      out.println(
          Problem.printable(
              "%-17s  %d  %s".formatted(group.what(), group.count(), group.change())));
      out.println(Problem.printable("    for example " + group.example()));
    }
    out.println(
        "%d recorded requests: %d the same, %d otherwise, %d undecidable%s."
            .formatted(
                replay.judged(),
                replay.same(),
                changed,
                open,
                unreadable == 0 ? "" : "; " + unreadable + " lines cannot be read"));
  }

  private void write(List<Change> changes) {
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
