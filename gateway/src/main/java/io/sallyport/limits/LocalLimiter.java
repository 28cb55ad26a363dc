package io.sallyport.limits;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Quota;
import io.sallyport.limits.Buckets.Bucket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Counts in this process, for all its event loops. Always ready; lock-free.
///
/// A bucket is known by (limit id, key). It outlives a bundle: when a limit's quota changes, what
/// was taken stays taken and is paid back at the new rate.
public final class LocalLimiter implements Limiter {
  private static final TimeUnit TICK = TimeUnit.NANOSECONDS;

  private final int shares;
  private final int mostBuckets;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, Counted> counted = new ConcurrentHashMap<>();

  /// @param shares this process enforces one of so many equal parts of each quota; 1: all of it
  /// @param mostBuckets kept for each limit
  public LocalLimiter(int shares, int mostBuckets) {
    this(shares, mostBuckets, sinceNow());
  }

  /// @param nanos a clock that never runs backwards, starting at zero or later
  LocalLimiter(int shares, int mostBuckets, LongSupplier nanos) {
    if (shares <= 0 || mostBuckets <= 0) {
      throw new IllegalArgumentException("shares and mostBuckets: must be positive");
    }
    this.shares = shares;
    this.mostBuckets = mostBuckets;
    this.nanos = nanos;
  }

  @Override
  public Answer<Allowance> take(List<Take> takes) {
    return new Answer.Ready<>(takeNow(takes));
  }

  /// The same, for whoever knows that it is always ready.
  public Allowance takeNow(List<Take> takes) {
    long now = nanos.getAsLong();
    Bucket[] taken = new Bucket[takes.size()];
    Quota tightest = null;
    for (int i = 0; i < taken.length; i++) {
      Take take = takes.get(i);
      Counted limit = counted(take.limit());
      Bucket bucket;
      long before;
      long after;
      do {
        bucket = limit.buckets.of(take.key(), now);
        before = bucket.fullAt();
        after = limit.gcra.after(before, now);
        if (!limit.gcra.grants(after, now)) {
          for (int j = 0; j < i; j++) {
            taken[j].back(counted(takes.get(j).limit()).gcra.interval());
          }
          return limit.gcra.exhausted(take.limit(), before, now, TICK);
        }
      } while (!bucket.move(before, after));
      taken[i] = bucket;
      tightest = Quota.tighter(tightest, limit.gcra.quota(take.limit(), after, now, TICK));
    }
    return new Granted(tightest, false);
  }

  @SuppressWarnings("ReferenceEquality") // The same definition is the same object until a reload.
  private Counted counted(Limit limit) {
    Counted known = counted.get(limit.id());
    if (known != null && known.limit == limit) {
      return known;
    }
    return Objects.requireNonNull(
        counted.compute(
            limit.id(),
            (_, before) ->
                new Counted(
                    limit,
                    Gcra.of(limit, TICK, shares),
                    before == null ? new Buckets(mostBuckets) : before.buckets)));
  }

  private static LongSupplier sinceNow() {
    long start = System.nanoTime();
    return () -> System.nanoTime() - start;
  }

  private record Counted(Limit limit, Gcra gcra, Buckets buckets) {}
}
