package io.sallyport.boot;

import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.FilterCompiler;
import io.sallyport.snapshot.Seals;
import io.sallyport.snapshot.SnapshotEvents;
import io.sallyport.snapshot.Snapshots;
import io.sallyport.snapshot.Snapshots.Readiness;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bundle that is asked beside the one in force and decides nothing
/// (`sallyport.bundle.candidate`). Watched like that one. A bad candidate is none: it keeps nobody
/// from starting or serving.
final class Candidate implements Supplier<Optional<Bundle>>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);

  private final @Nullable Snapshots<Optional<Bundle>> snapshots;

  /// @param place a folder or a packed file; null: there is no candidate
  /// @param changed what is done when there is another one
  Candidate(@Nullable Path place, Seals seals, FilterCompiler filters, Runnable changed) {
    this.snapshots = place == null ? null : watched(place, seals, filters, changed);
  }

  private static @Nullable Snapshots<Optional<Bundle>> watched(
      Path place, Seals seals, FilterCompiler filters, Runnable changed) {
    try {
      return new Snapshots<>(
          Snapshots.Source.of(place, null, seals),
          files -> judged(files, filters),
          new Told(changed));
    } catch (Snapshots.NoBundle e) {
      LOG.error("the candidate cannot be used and is not looked at again: {}", e.problems());
      return null;
    }
  }

  private static Readiness<Optional<Bundle>> judged(
      SortedMap<String, byte[]> files, FilterCompiler filters) {
    return switch (BundleReader.read(files, filters)) {
      case BundleReading.Good good -> new Readiness.Ready<>(Optional.of(good.bundle()), () -> {});
      case BundleReading.Bad(var problems) -> {
        LOG.error("the candidate has problems; nothing is asked beside:\n{}", problems.render());
        yield new Readiness.Ready<>(Optional.empty(), () -> {});
      }
    };
  }

  @Override
  public Optional<Bundle> get() {
    return snapshots == null ? Optional.empty() : snapshots.current();
  }

  @Override
  public void close() {
    if (snapshots != null) {
      snapshots.close();
    }
  }

  private record Told(Runnable changed) implements SnapshotEvents<Optional<Bundle>> {
    @SuppressWarnings("NullableOptional") // null: there was none before, as for every bundle
    @Override
    public void loaded(Optional<Bundle> now, @Nullable Optional<Bundle> before) {
      LOG.info(
          "bundle {} is asked beside, and decides nothing",
          now.map(Bundle::shortId).orElse("none"));
      changed.run();
    }

    @Override
    public void refused(List<String> problems) {
      LOG.error("the candidate cannot be used; the one before is asked on: {}", problems);
    }

    @Override
    public void servingLastGood(Optional<Bundle> lastGood, List<String> problems) {
      throw new IllegalStateException("no candidate is kept");
    }

    @Override
    public void notKept(String why) {
      throw new IllegalStateException("no candidate is kept");
    }
  }
}
