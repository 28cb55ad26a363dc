package io.sallyport.snapshot;

import io.sallyport.bundle.pack.PackedBundle;
import io.sallyport.bundle.pack.Unusable;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The bundle in force. A folder is watched; when it changes and has come to rest it is read,
/// judged, made ready and swapped in by one reference, or nothing changes at all.
///
/// Polls instead of listening to the file system: events do not cross a network file system, and a
/// Kubernetes volume swaps a link that no watcher of the visible names sees. A look opens no file.
///
/// @param <R> what a bundle is made into: what a request reads, once
public final class Snapshots<R> implements AutoCloseable {

  /// What came of judging a folder's files and making them ready. Either takes effect as a whole.
  ///
  /// @param <R> what a bundle is made into
  public sealed interface Readiness<R> {

    /// It may take effect: `install` puts it in force elsewhere, just before the swap.
    record Ready<R>(R value, Runnable install) implements Readiness<R> {}

    /// @param problems lines for people
    record Refused<R>(List<String> problems) implements Readiness<R> {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Where bundles come from.
  ///
  /// @param path a folder or a packed file; null: there is none, and only the last good one can
  ///   serve
  /// @param lastGood null: none is kept
  /// @param look how often the folder is looked at
  /// @param settle how long it must have been at rest
  /// @param seals which bundles are taken at all
  public record Source(
      @Nullable Path path, @Nullable Path lastGood, Duration look, Duration settle, Seals seals) {
    public static Source of(@Nullable Path path, @Nullable Path lastGood, Seals seals) {
      return new Source(path, lastGood, Duration.ofMillis(500), Duration.ofMillis(300), seals);
    }
  }

  private final Source source;
  private final Function<SortedMap<String, byte[]>, Readiness<R>> judge;
  private final SnapshotEvents<R> events;
  private final @Nullable BundlePlace place;
  private final @Nullable LastGood lastGood;
  private final Thread watcher;

  // Read by every request; written by the watcher only.
  private volatile R current;

  // The watcher's own: what it saw when it last loaded or refused.
  private BundleFolder.@Nullable Look seen;

  // What is in force, if it was packed: nothing older takes its place. Starts with the last good
  // one.
  private @Nullable PackedBundle running;

  /// Loads what is there and begins to watch.
  ///
  /// @throws NoBundle when there is nothing to serve
  public Snapshots(
      Source source,
      Function<SortedMap<String, byte[]>, Readiness<R>> judge,
      SnapshotEvents<R> events) {
    this.source = source;
    this.judge = judge;
    this.events = events;
    this.place = source.path() == null ? null : new BundlePlace(source.path());
    this.lastGood = source.lastGood() == null ? null : new LastGood(source.lastGood());
    this.running = kept();
    this.current = first();
    this.watcher = Thread.ofPlatform().name("bundle-watcher").daemon().unstarted(this::watch);
    if (place != null) {
      watcher.start();
    }
  }

  /// What is in force now. One volatile read; any thread.
  public R current() {
    return current;
  }

  /// Nothing could be loaded at start.
  public static final class NoBundle extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    NoBundle(List<String> problems) {
      super(String.join("\n", problems));
      this.problems = problems;
    }

    /// Lines for people.
    public List<String> problems() {
      return problems;
    }
  }

  private R first() {
    var found = find();
    return switch (found.readiness()) {
      case Readiness.Ready<R>(R value, Runnable install) -> {
        install.run();
        keep(found);
        events.loaded(value, null);
        yield value;
      }
      case Readiness.Refused<R>(List<String> problems) -> {
        if (lastGood == null) {
          throw new NoBundle(problems);
        }
        yield again(lastGood, problems);
      }
    };
  }

  private R again(LastGood kept, List<String> problems) {
    Readiness<R> readiness;
    try {
      var stored = kept.read().orElseThrow(() -> new NoBundle(problems));
      // One that was kept while folders served is version 0 and unsigned.
      readiness =
          source
              .seals()
              .objection(stored, null)
              .<Readiness<R>>map(
                  why -> new Readiness.Refused<>(List.of("the last good bundle: " + why)))
              .orElseGet(() -> judge.apply(stored.files()));
    } catch (IOException | Unusable e) {
      readiness =
          new Readiness.Refused<>(
              List.of("the last good bundle cannot be read: " + e.getMessage()));
    }
    return switch (readiness) {
      case Readiness.Ready<R>(R value, Runnable install) -> {
        install.run();
        events.servingLastGood(value, problems);
        yield value;
      }
      case Readiness.Refused<R>(List<String> more) ->
          throw new NoBundle(Stream.concat(problems.stream(), more.stream()).toList());
    };
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(source.look());
        lookAgain();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void lookAgain() throws InterruptedException {
    try {
      var now = look();
      if (now.equals(seen)) {
        return;
      }
      Thread.sleep(source.settle());
      if (!now.equals(look())) {
        return; // Not at rest; seen again at the next look.
      }
      reload();
    } catch (RuntimeException | Error e) {
      // The watcher outlives what a bundle makes go wrong; it is told once for each change.
      events.refused(List.of("the bundle could not be loaded: " + e));
    }
  }

  private void reload() {
    var found = find();
    switch (found.readiness()) {
      case Readiness.Ready<R>(R value, Runnable install) -> {
        var before = current;
        install.run();
        current = value;
        keep(found);
        events.loaded(value, before);
      }
      case Readiness.Refused<R>(List<String> problems) -> events.refused(problems);
    }
  }

  /// @param content null: nothing could be read
  private record Found<R>(BundlePlace.@Nullable Content content, Readiness<R> readiness) {}

  /// Looks first and reads then: what changes in between is seen at the next look.
  private Found<R> find() {
    if (place == null) {
      return refused("no bundle: give --bundle DIR or --bundle FILE");
    }
    try {
      seen = look();
      var content = place.read();
      var objection = source.seals().objection(content.packed(), running);
      return objection.isPresent()
          ? refused(source.path() + ": " + objection.get())
          : new Found<>(content, judge.apply(content.files()));
    } catch (NotDirectoryException e) {
      return refused(source.path() + ": no such folder or file");
    } catch (IOException e) {
      return refused(source.path() + " cannot be read: " + e);
    } catch (Unusable e) {
      return refused(source.path() + ": " + e.why());
    }
  }

  private Found<R> refused(String why) {
    return new Found<>(null, new Readiness.Refused<>(List.of(why)));
  }

  private BundleFolder.Look look() {
    try {
      return place == null ? new BundleFolder.Look(List.of()) : place.look();
    } catch (IOException e) {
      return new BundleFolder.Look(List.of(e.toString()));
    }
  }

  private void keep(Found<R> found) {
    var content = found.content();
    if (content == null) {
      return;
    }
    running = content.packed();
    if (lastGood == null) {
      return;
    }
    try {
      lastGood.write(
          content.packed() == null ? PackedBundle.pack(content.files(), 0, "0") : content.packed());
    } catch (IOException | Unusable | RuntimeException e) {
      events.notKept(e.toString());
    }
  }

  /// The bundle that served before a restart, when it may still be believed.
  private @Nullable PackedBundle kept() {
    if (lastGood == null) {
      return null;
    }
    try {
      return lastGood
          .read()
          .filter(packed -> packed.signer(source.seals().trusted()).isPresent())
          .orElse(null);
    } catch (IOException | Unusable e) {
      if (source.seals().trusted().isEmpty()) {
        return null; // Told when it is needed.
      }
      // An older bundle, rightly signed, could be put back now, and nobody would know.
      throw new NoBundle(
          List.of(
              "the last good bundle in %s cannot be read (%s): nobody can tell whether another is older; remove it to go on"
                  .formatted(source.lastGood(), e.getMessage())));
    }
  }

  /// Ends watching; what is in force stays readable. Idempotent.
  @Override
  public void close() {
    watcher.interrupt();
  }
}
