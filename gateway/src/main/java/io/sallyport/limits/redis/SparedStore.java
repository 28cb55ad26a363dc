package io.sallyport.limits.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store that is spared while it does not answer ([CoolDown]). Safe to share between threads.
final class SparedStore {
  private static final Logger LOG = LoggerFactory.getLogger(SparedStore.class);

  private final Store store;
  private final CoolDown coolDown;
  private final LongSupplier nanos;
  private final LongAdder failures = new LongAdder();

  SparedStore(Store store, long coolDownNanos, LongSupplier nanos) {
    this.store = store;
    this.coolDown = new CoolDown(coolDownNanos);
    this.nanos = nanos;
  }

  /// Whether the store decides: it can be asked and has not failed many times in a row.
  boolean answers() {
    return store.isOpen() && !coolDown.sparing();
  }

  /// Whether the store may be asked now. While it is spared, one who may must ask.
  boolean mayAsk(long now) {
    return store.isOpen() && coolDown.mayAsk(now);
  }

  /// See [Store#take].
  ///
  /// @param requests that wait for the answer
  CompletableFuture<Reply> take(List<Charge> charges, int requests) {
    return store
        .take(charges)
        .whenComplete(
            (_, error) -> {
              if (error == null) {
                answered();
              } else {
                unanswered(error, Math.max(1, requests));
              }
            });
  }

  /// See [Store#giveBack].
  CompletableFuture<Void> giveBack(List<Charge> charges) {
    return store.isOpen() ? store.giveBack(charges) : CompletableFuture.completedFuture(null);
  }

  /// By the clock of all times here.
  long now() {
    return nanos.getAsLong();
  }

  /// How often the store was asked and did not answer well or in time.
  long failures() {
    return failures.sum();
  }

  private void answered() {
    if (coolDown.succeeded()) {
      LOG.info("limits: Redis answers again");
    }
  }

  private void unanswered(Throwable error, int requests) {
    failures.increment();
    if (coolDown.failed(nanos.getAsLong(), requests)) {
      LOG.warn("limits: Redis does not answer, limits are degraded: {}", error.toString());
    }
  }
}
