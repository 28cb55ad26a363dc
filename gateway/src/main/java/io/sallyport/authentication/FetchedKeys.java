package io.sallyport.authentication;

import io.sallyport.async.Answer;
import io.sallyport.authentication.StrictJson.Malformed;
import io.sallyport.bundle.JwtIdentity.KeyUrl;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// Keys that are fetched from the issuer, kept fresh in the background, and served while the issuer
/// is down until they are too old.
///
/// One fetch is under way at a time, and whoever needs its outcome waits for the same one. A token
/// that names an unknown key makes it ask again, at most once per [Pace#unknownKey]: keys rotate,
/// and a stranger must not be able to aim the gateway at its issuer.
final class FetchedKeys implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(FetchedKeys.class);
  private static final int MOST_WAITING = 1000;

  /// How often the issuer is asked.
  ///
  /// @param unknownKey shortest time between two fetches that tokens with unknown keys cause
  /// @param firstRetry after a failed fetch; doubled with each further one
  /// @param longestRetry what it is doubled up to
  /// @param timeout longest wait for one fetch
  record Pace(Duration unknownKey, Duration firstRetry, Duration longestRetry, Duration timeout) {
    static final Pace DEFAULT =
        new Pace(
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            HttpsKeySetFetch.LONGEST);
  }

  private final KeyUrl definition;
  private final KeySetFetch fetch;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final Pace pace;
  private final KeyFetches counts;
  private final AtomicInteger waiting = new AtomicInteger();

  private volatile @Nullable KeySet current;

  // Guarded by this, and never held while anything is waited for.
  private @Nullable CompletableFuture<Boolean> underWay;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable String problem;
  private int failures;
  private long currentSince;
  private long endedAt;
  private @Nullable Long unknownKeyAskedAt;
  private boolean closed;

  /// Begins to fetch.
  FetchedKeys(
      KeyUrl definition,
      KeySetFetch fetch,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      Pace pace,
      KeyFetches counts) {
    this.definition = definition;
    this.fetch = fetch;
    this.timer = timer;
    this.nanos = nanos;
    this.pace = pace;
    this.counts = counts;
    refresh();
  }

  @Override
  public Answer<Lookup> find(@Nullable String id, String algorithm) {
    VerificationKey key = current(id, algorithm);
    if (key != null) {
      return new Answer.Ready<>(new Found(key));
    }
    CompletableFuture<Boolean> coming = askAgain(id, algorithm);
    if (coming == null) {
      return new Answer.Ready<>(lookUp(id, algorithm));
    }
    if (waiting.get() >= MOST_WAITING) {
      return new Answer.Ready<>(new Unavailable("too many requests wait for keys"));
    }
    // The fetch is shared: whoever stops waiting must not cancel it.
    return new Answer.Pending<>(
        Mono.fromFuture(coming, true)
            .map(_ -> lookUp(id, algorithm))
            .doOnSubscribe(_ -> waiting.incrementAndGet())
            .doFinally(_ -> waiting.decrementAndGet()));
  }

  @Override
  public boolean holds(VerificationKey key) {
    KeySet set = current;
    return set != null && set.holds(key);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }

  private @Nullable VerificationKey current(@Nullable String id, String algorithm) {
    KeySet set = current;
    return set == null ? null : set.find(id, algorithm);
  }

  @Override
  public Lookup known(@Nullable String id, String algorithm) {
    return lookUp(id, algorithm);
  }

  private synchronized Lookup lookUp(@Nullable String id, String algorithm) {
    VerificationKey key = current(id, algorithm);
    if (key != null) {
      return new Found(key);
    }
    // Only a fresh set can say that there is no such key.
    return problem == null ? new Unknown() : new Unavailable(problem);
  }

  /// The fetch to wait for; null when there is no need, or when it is too early to ask the issuer
  /// again.
  private synchronized @Nullable CompletableFuture<Boolean> askAgain(
      @Nullable String id, String algorithm) {
    if (underWay != null) {
      return underWay;
    }
    if (current(id, algorithm) != null) {
      // It has come since the caller looked, and must not count as an unknown key.
      return null;
    }
    long now = nanos.getAsLong();
    if (current == null) {
      return now - endedAt < pace.firstRetry.toNanos() ? null : start();
    }
    if (unknownKeyAskedAt != null && now - unknownKeyAskedAt < pace.unknownKey.toNanos()) {
      return null;
    }
    unknownKeyAskedAt = now;
    return start();
  }

  private synchronized void refresh() {
    if (!closed && underWay == null) {
      var _ = start();
    }
  }

  private synchronized CompletableFuture<Boolean> start() {
    var outcome = new CompletableFuture<Boolean>();
    underWay = outcome;
    CompletableFuture<String> document;
    try {
      document = fetch.fetch(definition).copy();
    } catch (RuntimeException e) {
      document = CompletableFuture.failedFuture(e);
    }
    var _ =
        document
            .orTimeout(pace.timeout.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (json, error) -> {
                  try {
                    ended(json, error);
                  } finally {
                    outcome.complete(true);
                  }
                });
    return outcome;
  }

  private synchronized void ended(@Nullable String json, @Nullable Throwable error) {
    endedAt = nanos.getAsLong();
    underWay = null;
    if (json == null) {
      failed(error instanceof CompletionException e ? e.getCause() : error);
    } else {
      try {
        succeeded(KeySet.read(json, current));
      } catch (Malformed e) {
        failed(e);
      }
    }
    if (!closed) {
      next = timer.schedule(this::refresh, untilNext().toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void succeeded(KeySet set) {
    counts.succeeded.increment();
    KeySet before = current;
    if (before == null || !before.leftOut().equals(set.leftOut())) {
      set.leftOut().forEach(why -> LOG.warn("{}: left out {}", definition.url(), why));
    }
    if (problem != null) {
      LOG.info("{}: keys are to be had again", definition.url());
    }
    current = set;
    currentSince = endedAt;
    failures = 0;
    problem = null;
  }

  private void failed(@Nullable Throwable error) {
    counts.failed.increment();
    failures++;
    problem = definition.url() + ": " + error;
    if (failures == 1) {
      LOG.warn("keys cannot be had from {}", problem);
    }
    if (current != null && endedAt - currentSince >= definition.staleFor().toNanos()) {
      LOG.error("{}: the keys are too old, their tokens are refused", definition.url());
      current = null;
    }
  }

  private Duration untilNext() {
    if (failures == 0) {
      return definition.refresh();
    }
    Duration retry = pace.firstRetry.multipliedBy(1L << Math.min(failures - 1, 16));
    if (retry.compareTo(pace.longestRetry) > 0) {
      retry = pace.longestRetry;
    }
    if (current != null) {
      Duration stale = definition.staleFor().minusNanos(endedAt - currentSince);
      retry = retry.compareTo(stale) > 0 ? stale : retry;
    }
    return retry;
  }
}
