package io.sallyport.limits;

import io.sallyport.bundle.Limit;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Quota;
import java.util.concurrent.TimeUnit;

/// The generic cell rate algorithm of one limit, in whole ticks of a clock (ITU-T I.371).
///
/// A bucket's whole state is one number: the tick at which it will be full again. Each request
/// moves it [#interval] ticks further; a request that would move it more than [#tolerance] ticks
/// beyond now is refused. The interval is rounded up, so that a caller never gets more than the
/// quota, and at most one tick per request less.
///
/// @param interval ticks that one request costs
/// @param tolerance ticks that a whole burst costs
public record Gcra(long interval, long tolerance) {
  /// Far enough from the end of a long that sums of a few such stay within it.
  private static final long LONGEST = Long.MAX_VALUE / 8;

  /// A limit in ticks.
  ///
  /// @param tick the clock's
  /// @param shares into how many equal parts the quota is divided; this is one of them
  public static Gcra of(Limit limit, TimeUnit tick, int shares) {
    long period = Math.multiplyExact(tick.convert(limit.per()), shares);
    if (limit.requests() <= 0 || limit.burst() <= 0 || period <= 0 || period > LONGEST) {
      throw new IllegalArgumentException(limit.id() + ": a quota that cannot be counted");
    }
    long interval = Math.ceilDiv(period, limit.requests());
    long burst = Math.max(1, limit.burst() / shares);
    return new Gcra(interval, interval * Math.min(burst, LONGEST / interval));
  }

  /// When the bucket would be full again after one more request.
  long after(long fullAt, long now) {
    return Math.max(fullAt, now) + interval;
  }

  /// Whether a bucket that will be full again then has not given too much.
  boolean grants(long fullAt, long now) {
    return fullAt - now <= tolerance;
  }

  /// How a bucket stands.
  ///
  /// @param tick the clock's
  public Quota quota(Limit limit, long fullAt, long now, TimeUnit tick) {
    long used = Math.max(0, fullAt - now);
    return new Quota(limit, Math.max(0, (tolerance - used) / interval), millis(used, tick));
  }

  /// A refusal; `fullAt` is the bucket's state, unchanged.
  public Exhausted exhausted(Limit limit, long fullAt, long now, TimeUnit tick) {
    long wait = fullAt + interval - now - tolerance;
    return new Exhausted(limit, quota(limit, fullAt, now, tick), Math.max(1, millis(wait, tick)));
  }

  private static long millis(long ticks, TimeUnit tick) {
    return Math.ceilDiv(ticks, tick.convert(1, TimeUnit.MILLISECONDS));
  }
}
