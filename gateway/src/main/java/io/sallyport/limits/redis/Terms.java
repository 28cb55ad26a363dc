package io.sallyport.limits.redis;

import io.sallyport.bundle.Limit;
import io.sallyport.limits.Gcra;
import java.util.concurrent.TimeUnit;

/// On which terms the buckets of a limit are leased.
///
/// @param gcra in [#TICK]s, of the whole quota
/// @param most requests of one bucket that a replica may hold; 0: it holds none and asks each time
record Terms(Limit limit, Gcra gcra, int most) {
  static final TimeUnit TICK = TimeUnit.MICROSECONDS;

  /// All replicas together hold at most one in so many of a burst.
  private static final long PART = 4;

  static Terms of(Limit limit, int replicas) {
    long most = Math.min(Lease.MOST, limit.burst() / (PART * replicas));
    return new Terms(limit, Gcra.of(limit, TICK, 1), most < 2 ? 0 : Math.toIntExact(most));
  }

  /// When a lease has come down to so many, the next is asked for.
  int low() {
    return most / 2;
  }

  /// Whether a bucket under these terms is counted as under the others.
  boolean sameAs(Terms other) {
    return gcra.equals(other.gcra) && most == other.most;
  }

  static long ticks(long nanos) {
    return nanos / 1000;
  }

  static long nanos(long ticks) {
    return ticks * 1000;
  }
}
