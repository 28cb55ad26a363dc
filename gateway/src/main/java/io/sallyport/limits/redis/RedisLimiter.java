package io.sallyport.limits.redis;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Quota;
import io.sallyport.limits.Allowance.Unavailable;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.LocalLimiter;
import io.sallyport.limits.redis.Reply.Refused;
import io.sallyport.limits.redis.Reply.Standing;
import io.sallyport.limits.redis.Reply.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Counts in Redis, for all replicas together. A bucket that is in use and large enough is leased
/// ([Lease]): Redis counts many requests at once, and they are granted here, with no round trip. In
/// any time all replicas together grant at most the quota and what they hold, a quarter of a burst
/// (ADR 11). What waits for Redis waits for at most two of its answers.
///
/// When Redis does not answer in time, what is held may still be granted until it expires; then
/// each limit's own `storeDown` mode applies, and after a few such answers requests do not wait for
/// Redis any more, until it answers again ([CoolDown]). A bucket of the store and its local share
/// are not the same: an outage gives each caller at most one burst more, divided among the
/// replicas.
public final class RedisLimiter implements Limiter, AutoCloseable {
  private static final Duration SWEEP = Duration.ofMillis(500);
  private static final int GIVEN_BACK_AT_ONCE = 64;

  private final RedisSettings settings;
  private final Store redis;
  private final SparedStore store;
  private final LongSupplier nanos;
  private final LocalLimiter localShare;
  private final ConcurrentHashMap<String, Leases> byLimit = new ConcurrentHashMap<>();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sallyport-leases").factory());

  /// Begins to connect; does not wait for it.
  public RedisLimiter(RedisSettings settings) {
    this(settings, new RedisStore(settings), sinceNow());
    sweeper.scheduleWithFixedDelay(
        this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// One that is swept by whoever made it.
  ///
  /// @param nanos a clock that never runs backwards, starting at zero or later
  RedisLimiter(RedisSettings settings, Store redis, LongSupplier nanos) {
    this.settings = settings;
    this.redis = redis;
    this.store = new SparedStore(redis, settings.coolDown().toNanos(), nanos);
    this.nanos = nanos;
    this.localShare = new LocalLimiter(settings.replicas(), settings.mostBuckets());
  }

  @Override
  public Answer<Allowance> take(List<Take> takes) {
    long now = nanos.getAsLong();
    @Nullable Lease[] taken = new Lease[takes.size()];
    boolean all = true;
    Quota tightest = null;
    for (int i = 0; i < taken.length; i++) {
      Take take = takes.get(i);
      Lease lease = leases(take.limit()).of(take.key());
      Quota quota = lease == null ? null : lease.take(now);
      if (quota != null) {
        taken[i] = lease;
        tightest = Quota.tighter(tightest, quota);
        continue;
      }
      Exhausted exhausted = lease == null ? null : lease.refusal(now);
      if (exhausted != null) {
        putBack(taken, now);
        return new Answer.Ready<>(exhausted);
      }
      all = false;
    }
    return all
        ? new Answer.Ready<>(new Granted(tightest, false))
        : ask(takes, taken, tightest, now);
  }

  /// Gives back what is held, and does not wait long for it.
  @Override
  public void close() {
    sweeper.shutdownNow();
    CompletableFuture<?>[] given =
        byLimit.values().stream()
            .flatMap(leases -> giveBack(leases.giveAll()).stream())
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(given)
        .completeOnTimeout(null, settings.timeout().toNanos(), TimeUnit.NANOSECONDS)
        .join();
    redis.close();
  }

  /// How often Redis was asked and did not answer well or in time.
  public long failures() {
    return store.failures();
  }

  /// Whether requests are decided by Redis: it is connected and has not failed many times in a row.
  public boolean answers() {
    return store.answers();
  }

  void sweep() {
    long now = nanos.getAsLong();
    byLimit.values().forEach(leases -> giveBack(leases.sweep(now)));
  }

  /// Asks for those that were not taken here; when they are refused, the others are put back.
  private Answer<Allowance> ask(
      List<Take> takes, @Nullable Lease[] taken, @Nullable Quota tightest, long now) {
    List<Take> missing = new ArrayList<>(taken.length);
    for (int i = 0; i < taken.length; i++) {
      if (taken[i] == null) {
        missing.add(takes.get(i));
      }
    }
    CompletableFuture<Allowance> decided =
        (missing.size() == 1 ? askForOne(missing.getFirst(), now) : askForAll(missing, now))
            .exceptionally(_ -> degraded(missing))
            .thenApply(
                allowance ->
                    switch (allowance) {
                      case Granted(Quota quota, boolean degraded) ->
                          new Granted(Quota.tighter(tightest, quota), degraded);
                      case Exhausted exhausted -> {
                        putBack(taken, nanos.getAsLong());
                        yield exhausted;
                      }
                      case Unavailable unavailable -> {
                        putBack(taken, nanos.getAsLong());
                        yield unavailable;
                      }
                    });
    return decided.isDone()
        ? new Answer.Ready<>(decided.join())
        : new Answer.Pending<>(Mono.fromFuture(decided, true));
  }

  private CompletableFuture<Allowance> askForOne(Take take, long now) {
    Leases leases = leases(take.limit());
    Lease lease = leases.of(take.key());
    while (lease != null) {
      CompletableFuture<Allowance> answer = lease.await(now);
      if (answer != null) {
        return answer;
      }
      leases.drop(take.key(), lease);
      lease = leases.of(take.key());
    }
    return askForAll(List.of(take), now);
  }

  /// Takes one from each bucket or from none, by a question of its own.
  private CompletableFuture<Allowance> askForAll(List<Take> takes, long now) {
    if (!store.mayAsk(now)) {
      return CompletableFuture.failedFuture(new IllegalStateException("Redis does not answer"));
    }
    List<Charge> charges = new ArrayList<>(takes.size());
    for (Take take : takes) {
      Leases leases = leases(take.limit());
      charges.add(new Charge(leases.bucket(take.key()), leases.terms(), 1));
    }
    CompletableFuture<Allowance> answer =
        store.take(charges, 1).thenApply(reply -> read(takes, charges, reply, now));
    for (Take take : takes) {
      Lease lease = leases(take.limit()).of(take.key());
      if (lease != null) {
        lease.passedBy(now);
      }
    }
    return answer;
  }

  private Allowance read(List<Take> takes, List<Charge> charges, Reply reply, long asked) {
    return switch (reply) {
      case Refused refused -> {
        Take take = takes.get(refused.bucket());
        Terms terms = charges.get(refused.bucket()).terms();
        Lease lease = leases(take.limit()).of(take.key());
        yield lease != null
            ? lease.refused(asked, refused, nanos.getAsLong())
            : terms.gcra().exhausted(take.limit(), refused.fullAt(), refused.now(), Terms.TICK);
      }
      case Taken(long now, List<Standing> buckets) -> {
        Quota tightest = null;
        for (int i = 0; i < buckets.size(); i++) {
          Terms terms = charges.get(i).terms();
          Quota quota = terms.gcra().quota(terms.limit(), buckets.get(i).fullAt(), now, Terms.TICK);
          tightest = Quota.tighter(tightest, quota);
        }
        yield new Granted(tightest, false);
      }
    };
  }

  private Leases leases(Limit limit) {
    Leases known = byLimit.get(limit.id());
    if (known != null && known.isOf(limit)) {
      return known;
    }
    Terms terms = Terms.of(limit, settings.replicas());
    Leases now =
        Objects.requireNonNull(
            byLimit.compute(
                limit.id(),
                (_, before) ->
                    before != null && before.goesOnUnder(terms)
                        ? before
                        : new Leases(terms, store, settings.mostBuckets())));
    if (known != null && !known.isOf(limit)) {
      giveBack(known.giveAll());
    }
    return now;
  }

  private List<CompletableFuture<Void>> giveBack(List<Charge> charges) {
    List<CompletableFuture<Void>> given = new ArrayList<>();
    for (int i = 0; i < charges.size(); i += GIVEN_BACK_AT_ONCE) {
      int end = Math.min(charges.size(), i + GIVEN_BACK_AT_ONCE);
      given.add(store.giveBack(charges.subList(i, end)));
    }
    return given;
  }

  private static void putBack(@Nullable Lease[] taken, long now) {
    for (Lease lease : taken) {
      if (lease != null) {
        lease.putBack(now);
      }
    }
  }

  /// Each limit in its own mode: one that denies decides for all.
  private Allowance degraded(List<Take> takes) {
    List<Take> local = new ArrayList<>(takes.size());
    for (Take take : takes) {
      switch (take.limit().storeDown()) {
        case DENY -> {
          return new Unavailable(take.limit(), "Redis does not answer");
        }
        case LOCAL_SHARE -> local.add(take);
        case ALLOW -> {}
      }
    }
    return switch (localShare.takeNow(local)) {
      case Granted(Quota quota, boolean _) -> new Granted(quota, true);
      case Exhausted exhausted -> exhausted;
      case Unavailable unavailable -> unavailable;
    };
  }

  private static LongSupplier sinceNow() {
    long start = System.nanoTime();
    return () -> System.nanoTime() - start;
  }
}
