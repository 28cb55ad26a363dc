package io.sallyport.limits.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Limit.StoreDown;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Limiter.Take;
import io.sallyport.limits.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What all replicas together grant, whatever happens between them and Redis. Each case is a seed:
/// limits, replicas, load and faults are made from it, in simulated time.
class LeaseBoundTest {
  private static final int SEEDS = 150;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void inNoWindowMoreIsGrantedThanTheQuotaABurstAndWhatReplicasMayHold() {
    long granted = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Cluster cluster = new Cluster(seed);
      cluster.redis.faults(cluster.random.nextInt(4) * 2);
      cluster.run(3 * SECOND, true, 1);
      cluster.isWithinTheBound();
      granted += cluster.granted.values().stream().mapToLong(Spout::granted).sum();
    }
    assertThat(granted).isGreaterThan(100_000);
  }

  /// The worst that can be: all replicas hold all they may, and the bucket is full again.
  @Test
  void whatReplicasMayHoldIsAllThatTheyCanGrantBeyondTheBurst() {
    Limit limit = limit("worst", 1000, 400);
    Cluster cluster = new Cluster(4, List.of(limit), 3);
    for (int replica = 0; replica < 4; replica++) {
      for (int i = 0; i < 3; i++) {
        cluster.take(replica, List.of(new Take(limit, "a")));
        cluster.passes(SECOND / 1000);
      }
    }
    cluster.passes(SECOND / 2);
    long before = cluster.spout(limit, "a").granted();
    for (int i = 0; i < 2000; i++) {
      if (i % 200 == 0) {
        cluster.passes(SECOND / 1000);
      }
      cluster.take(i % 4, List.of(new Take(limit, "a")));
    }

    assertThat(cluster.spout(limit, "a").granted() - before).isBetween(490L, 500L + 10);
    cluster.isWithinTheBound();
  }

  @Test
  void withoutFaultsRedisHasCountedInTheEndWhatWasGrantedAndNothingElse() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Cluster cluster = new Cluster(seed);
      cluster.run(2 * SECOND, false, 3);
      cluster.rests();

      for (Map.Entry<String, Spout> bucket : cluster.granted.entrySet()) {
        assertThat(cluster.redis.taken(bucket.getKey()))
            .as("seed %d, %s", seed, bucket.getKey())
            .isEqualTo(bucket.getValue().granted());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aCallerWhoAlwaysAsksGetsNearlyTheWholeQuota(int replicas) {
    Limit limit = limit("busy", 1000, 400);
    Cluster cluster = new Cluster(replicas, List.of(limit), 7);
    for (int i = 0; i < 40_000; i++) {
      cluster.take(cluster.random.nextInt(replicas), List.of(new Take(limit, "a")));
      cluster.passes(SECOND / 4000);
    }
    assertThat(cluster.spout(limit, "a").granted()).isBetween(10_250L, 10_400L + 100);
  }

  private static Limit limit(String id, long perSecond, long burst) {
    return new Limit(
        id,
        Limits.perMinute(id, 1, 1, StoreDown.DENY).key(),
        perSecond,
        Duration.ofSeconds(1),
        burst,
        StoreDown.DENY);
  }

  private static final class Cluster {
    final Random random;
    final SimulatedRedis redis = new SimulatedRedis();
    final Map<String, Spout> granted = new HashMap<>();
    private final int replicas;
    private final List<Limit> limits;
    private final List<Replica> living = new ArrayList<>();
    private long sweptAt;

    Cluster(int seed) {
      this.random = new Random(seed);
      this.replicas = 1 + random.nextInt(4);
      this.limits =
          List.of(
              limit("slow", 1 + random.nextInt(50), 1 + random.nextInt(100)),
              limit("middle", 1 + random.nextInt(1000), 1 + random.nextInt(1000)),
              limit("fast", 1 + random.nextInt(20_000), 1 + random.nextInt(2000)));
      begin();
    }

    Cluster(int replicas, List<Limit> limits, int seed) {
      this.random = new Random(seed);
      this.replicas = replicas;
      this.limits = limits;
      begin();
    }

    private void begin() {
      for (int i = 0; i < replicas; i++) {
        living.add(new Replica());
      }
    }

    void run(long duration, boolean crashes, int mostLimits) {
      while (redis.nanos() < duration) {
        int together = random.nextInt(20) == 0 ? 100 : 1 + random.nextInt(3);
        for (int i = 0; i < together; i++) {
          List<Take> takes = new ArrayList<>();
          int first = random.nextInt(limits.size());
          int count = 1 + random.nextInt(Math.min(mostLimits, limits.size()));
          for (int j = 0; j < count; j++) {
            Limit limit = limits.get((first + j) % limits.size());
            takes.add(new Take(limit, random.nextBoolean() ? "a" : "b"));
          }
          take(random.nextInt(replicas), takes);
        }
        passes(random.nextInt(200) == 0 ? SECOND * 2 / 3 : random.nextInt(4_000_000));
        if (random.nextInt(100) == 0) {
          restsAndBursts();
        }
        if (crashes && random.nextInt(200) == 0) {
          int which = random.nextInt(replicas);
          living.get(which).crashed = true;
          living.set(which, new Replica());
        }
      }
    }

    /// So that leases are held while the bucket fills, and all is taken at once.
    private void restsAndBursts() {
      Limit limit = limits.get(random.nextInt(limits.size()));
      passes(random.nextLong(SECOND));
      for (int i = 0; i < 2 * limit.burst(); i++) {
        take(random.nextInt(replicas), List.of(new Take(limit, "a")));
      }
    }

    void take(int replica, List<Take> takes) {
      living
          .get(replica)
          .take(
              takes,
              () -> {
                for (Take take : takes) {
                  spout(take.limit(), take.key()).grants(redis.nanos());
                }
              });
    }

    Spout spout(Limit limit, String key) {
      return granted.computeIfAbsent(
          "sallyport:limit:" + limit.id() + ':' + key, name -> new Spout(name, limit, replicas));
    }

    void passes(long duration) {
      redis.passes(duration);
      if (redis.nanos() - sweptAt > SECOND / 2) {
        sweptAt = redis.nanos();
        living.forEach(replica -> replica.limiter.sweep());
      }
    }

    void rests() {
      for (int i = 0; i < 5; i++) {
        passes(SECOND);
      }
    }

    void isWithinTheBound() {
      assertThat(granted.values()).allSatisfy(Spout::isWithinTheBound);
    }

    private final class Replica {
      final RedisLimiter limiter;
      boolean crashed;

      Replica() {
        long started = redis.nanos() - random.nextInt(1_000_000);
        limiter =
            new RedisLimiter(
                new RedisSettings(
                    URI.create("redis://simulated"),
                    Duration.ofNanos(SimulatedRedis.TIMEOUT),
                    Duration.ofMillis(100),
                    replicas,
                    100),
                redis.connection(random),
                () -> redis.nanos() - started);
      }

      void take(List<Take> takes, Runnable granted) {
        Consumer<Allowance> told =
            allowance -> {
              if (!crashed && allowance instanceof Granted) {
                granted.run();
              }
            };
        switch (limiter.take(takes)) {
          case Answer.Ready<Allowance>(Allowance allowance) -> told.accept(allowance);
          case Answer.Pending<Allowance>(var mono) -> mono.subscribe(told);
        }
      }
    }
  }

  /// What came out of one bucket, held against the bound as it comes: in any window of W, at most a
  /// burst, what the replicas may hold, and the quota of W and of one time-out (what had been
  /// counted when the window began, and was still on its way to a request that waited).
  private static final class Spout {
    private static final long ROUNDING = TimeUnit.MICROSECONDS.toNanos(2);

    private final String name;
    private final long interval;
    private final long tolerance;
    private long fullAt;
    private long granted;
    private long most;

    Spout(String name, Limit limit, int replicas) {
      Terms terms = Terms.of(limit, replicas);
      assertThat(4L * replicas * terms.most()).isLessThanOrEqualTo(limit.burst());
      this.name = name;
      this.interval = terms.gcra().interval() * 1000;
      this.tolerance =
          interval * (limit.burst() + (long) replicas * terms.most())
              + SimulatedRedis.TIMEOUT
              + ROUNDING;
    }

    void grants(long now) {
      granted++;
      fullAt = Math.max(fullAt, now) + interval;
      most = Math.max(most, fullAt - now);
    }

    void isWithinTheBound() {
      assertThat(most).as(name).isLessThanOrEqualTo(tolerance);
    }

    long granted() {
      return granted;
    }
  }
}
