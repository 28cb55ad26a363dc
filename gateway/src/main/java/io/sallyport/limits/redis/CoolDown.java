package io.sallyport.limits.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Spares a store that does not answer, and the requests that would wait for it: after [#TOLERATED]
/// failures in a row one request in each cool-down asks, the others do not. One success ends it.
/// Lock-free.
final class CoolDown {
  private static final int TOLERATED = 5;

  private final long nanos;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLong nextAsk = new AtomicLong();

  CoolDown(long nanos) {
    this.nanos = nanos;
  }

  boolean mayAsk(long now) {
    if (!sparing()) {
      return true;
    }
    long next = nextAsk.get();
    return now - next >= 0 && nextAsk.compareAndSet(next, now + nanos);
  }

  /// Whether the store is being spared.
  boolean sparing() {
    return failures.get() >= TOLERATED;
  }

  /// Whether the store has just begun to be spared.
  ///
  /// @param times how many requests were left without an answer
  boolean failed(long now, int times) {
    int before = failures.getAndAccumulate(times, CoolDown::sum);
    nextAsk.set(now + nanos);
    return before < TOLERATED && sum(before, times) >= TOLERATED;
  }

  private static int sum(int before, int times) {
    return Math.min(TOLERATED, before + Math.min(TOLERATED, times));
  }

  /// Whether the store has just ceased to be spared.
  boolean succeeded() {
    return failures.get() != 0 && failures.getAndSet(0) >= TOLERATED;
  }
}
