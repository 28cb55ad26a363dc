package io.sallyport.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// How many retries an upstream can bear: a share of its requests of the last ten seconds, and a
/// floor of ten a second (burst 100) so that a quiet upstream is retried too. Without it, retries
/// multiply the load on backends that fail because of load.
///
/// Counting a request costs one striped addition; only a retry takes a lock.
final class RetryBudget {
  private static final int SLOTS = 10;
  private static final long SLOT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double FLOOR_PER_NANO = 10.0 / TimeUnit.SECONDS.toNanos(1);
  private static final double FLOOR_BURST = 100;

  private final LongSupplier nanos;
  private final long started;
  private final Slot[] slots = new Slot[SLOTS];
  private double floor = FLOOR_BURST;
  private long floorFilled;

  RetryBudget(LongSupplier nanos) {
    this.nanos = nanos;
    this.started = nanos.getAsLong();
    this.floorFilled = started;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Slot();
    }
  }

  void request() {
    current(nanos.getAsLong()).requests.increment();
  }

  /// Takes one retry, if there is one.
  ///
  /// @param percent share of requests that may be retries
  synchronized RetryAnswer take(int percent) {
    long now = nanos.getAsLong();
    Slot slot = current(now);
    long oldest = number(now) - SLOTS;
    long requests = 0;
    long retries = 0;
    for (Slot each : slots) {
      if (each.number.get() > oldest) {
        requests += each.requests.sum();
        retries += each.retries.sum();
      }
    }
    if ((retries + 1) * 100 <= requests * percent) {
      slot.retries.increment();
      return RetryAnswer.RETRY;
    }
    floor = Math.min(FLOOR_BURST, floor + (now - floorFilled) * FLOOR_PER_NANO);
    floorFilled = now;
    if (floor < 1) {
      return RetryAnswer.BUDGET_SPENT;
    }
    floor--;
    return RetryAnswer.RETRY;
  }

  private long number(long now) {
    return (now - started) / SLOT_NANOS;
  }

  private Slot current(long now) {
    long number = number(now);
    Slot slot = slots[(int) (number % SLOTS)];
    long had = slot.number.get();
    // Whoever wins empties the slot. A count that slips in between is lost, which is no harm.
    if (had != number && slot.number.compareAndSet(had, number)) {
      slot.requests.reset();
      slot.retries.reset();
    }
    return slot;
  }

  private static final class Slot {
    final AtomicLong number = new AtomicLong();
    final LongAdder requests = new LongAdder();
    final LongAdder retries = new LongAdder();
  }
}
