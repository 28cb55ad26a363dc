package io.sallyport.loadtest.generator;

import java.time.Duration;

/// When the requests of an open loop are due: evenly, whatever becomes of them.
///
/// @param perSecond requests
/// @param warmUp goes before and does not count
/// @param measured what counts
record Schedule(int perSecond, Duration warmUp, Duration measured) {
  private static final int FASTEST = 1_000_000;
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final double NANOS_PER_SECOND = 1e9;

  Schedule {
    if (perSecond < 1 || perSecond > FASTEST) {
      throw new IllegalArgumentException("rate: 1 to " + FASTEST + " per second");
    }
    if (warmUp.isNegative() || warmUp.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("warm-up: 0 to 3600 seconds");
    }
    if (!measured.isPositive() || measured.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("seconds: more than 0, at most 3600");
    }
  }

  /// How many there are in all, those of the warm-up among them.
  long count() {
    return uncounted() + Math.max(1, nanosToCount(measured));
  }

  /// How many belong to the warm-up: the first ones.
  long uncounted() {
    return nanosToCount(warmUp);
  }

  /// Nanoseconds from the start until a request is due; the first is number 0. Reckoned from its
  /// number, so that no rounding adds up.
  long dueNanos(long number) {
    return (long) (number * NANOS_PER_SECOND / perSecond);
  }

  private long nanosToCount(Duration time) {
    return (long) (time.toNanos() / NANOS_PER_SECOND * perSecond);
  }
}
