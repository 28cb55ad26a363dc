package io.sallyport.snapshot;

import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
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
  /// @param folder null: there is none, and only the last good one can serve
  /// @param lastGood null: none is kept
  /// @param look how often the folder is looked at
  /// @param settle how long it must have been at rest
  public record Source(
      @Nullable Path folder, @Nullable Path lastGood, Duration look, Duration settle) {
    public static Source of(@Nullable Path folder, @Nullable Path lastGood) {
      return new Source(folder, lastGood, Duration.ofMillis(500), Duration.ofMillis(300));
    }
  }

  private final Source source;
  private final Function<SortedMap<String, byte[]>, Readiness<R>> judge;
  private final SnapshotEvents<R> events;
  private final @Nullable BundleFolder folder;
  private final @Nullable LastGood lastGood;
  private final Thread watcher;

  // Read by every request; written by the watcher only.
  private volatile R current;

  // The watcher's own: what it saw when it last loaded or refused.
  private BundleFolder.@Nullable Look seen;

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
    this.folder = source.folder() == null ? null : new BundleFolder(source.folder());
    this.lastGood = source.lastGood() == null ? null : new LastGood(source.lastGood());
    this.current = first();
    this.watcher = Thread.ofPlatform().name("bundle-watcher").daemon().unstarted(this::watch);
    if (folder != null) {
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
        keep(found.files());
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
      var files = kept.read();
      if (files.isEmpty()) {
        throw new NoBundle(problems);
      }
      readiness = judge.apply(files);
    } catch (IOException e) {
      readiness = new Readiness.Refused<>(List.of("the last good bundle cannot be read: " + e));
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
        keep(found.files());
        events.loaded(value, before);
      }
      case Readiness.Refused<R>(List<String> problems) -> events.refused(problems);
    }
  }

  private record Found<R>(SortedMap<String, byte[]> files, Readiness<R> readiness) {}

  /// Looks first and reads then: what changes in between is seen at the next look.
  private Found<R> find() {
    SortedMap<String, byte[]> files = Collections.emptySortedMap();
    if (folder == null) {
      return new Found<>(files, new Readiness.Refused<>(List.of("no bundle: give --bundle DIR")));
    }
    try {
      seen = look();
      files = folder.read();
      return new Found<>(files, judge.apply(files));
    } catch (NotDirectoryException e) {
      return new Found<>(
          files, new Readiness.Refused<>(List.of(source.folder() + ": no such folder")));
    } catch (IOException e) {
      return new Found<>(
          files, new Readiness.Refused<>(List.of(source.folder() + " cannot be read: " + e)));
    }
  }

  private BundleFolder.Look look() {
    try {
      return folder == null ? new BundleFolder.Look(List.of()) : folder.look();
    } catch (IOException e) {
      return new BundleFolder.Look(List.of(e.toString()));
    }
  }

  private void keep(SortedMap<String, byte[]> files) {
    if (lastGood == null) {
      return;
    }
    try {
      lastGood.write(files);
    } catch (IOException e) {
      events.notKept(e.toString());
    }
  }

  /// Ends watching; what is in force stays readable. Idempotent.
  @Override
  public void close() {
    watcher.interrupt();
  }
}
