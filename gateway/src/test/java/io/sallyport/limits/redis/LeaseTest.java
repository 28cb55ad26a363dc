package io.sallyport.limits.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Limit.StoreDown;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Unavailable;
import io.sallyport.limits.Limiter.Take;
import io.sallyport.limits.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// One replica of two, in simulated time.
class LeaseTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /// One a second, 800 at once: a replica of two may hold 100.
  private static final Limit LARGE = Limits.perMinute("large", 60, 800, StoreDown.DENY);

  /// One a second, four at once: no replica holds any.
  private static final Limit SMALL = Limits.perMinute("small", 60, 4, StoreDown.DENY);

  private final SimulatedRedis redis = new SimulatedRedis();
  private final RedisLimiter limiter = limiter(redis);

  @Test
  void aReplicaHoldsAtMostItsPartOfAQuarterOfABurst() {
    assertThat(Terms.of(LARGE, 2).most()).isEqualTo(100);
    assertThat(Terms.of(LARGE, 100).most()).isEqualTo(2);
    assertThat(Terms.of(LARGE, 101).most()).isZero();
    assertThat(Terms.of(SMALL, 1).most()).isZero();
  }

  @Test
  void aBucketInUseIsAskedForOnceInManyRequests() {
    for (int i = 0; i < 700; i++) {
      assertThat(granted(LARGE).quota()).isNotNull();
      redis.passes(MILLI);
    }

    assertThat(redis.asked()).isBetween(8, 18);
  }

  @Test
  void aBucketThatIsSeldomAskedForIsNotLeased() {
    for (int i = 0; i < 10; i++) {
      granted(LARGE);
      redis.passes(SECOND / 2);
    }

    assertThat(redis.asked()).isEqualTo(10);
    assertThat(redis.taken("sallyport:limit:large:a")).isEqualTo(10);
  }

  @Test
  void steadyTrafficNeverWaitsOnceItIsLeased() {
    inUse(LARGE);
    for (int i = 0; i < 500; i++) {
      assertThat(limiter.take(List.of(new Take(LARGE, "a")))).isInstanceOf(Answer.Ready.class);
      redis.passes(MILLI);
    }
  }

  @Test
  void callersAreToldWhatIsLeftAsIfEachHadAskedRedis() {
    for (long left = 799; left > 100; left--) {
      assertThat(Objects.requireNonNull(granted(LARGE).quota()).remaining()).isEqualTo(left);
    }
  }

  @Test
  void manyThatComeAtOnceWaitForOneAnswerAndGetItInTheirOrder() {
    List<AtomicReference<Allowance>> told = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      told.add(begin(new Take(SMALL, "a")));
    }
    redis.passes(2 * MILLI);

    assertThat(redis.asked()).isEqualTo(2);
    assertThat(told.subList(0, 4))
        .allSatisfy(each -> assertThat(each.get()).isInstanceOf(Granted.class));
    assertThat(told.subList(4, 10))
        .allSatisfy(each -> assertThat(each.get()).isInstanceOf(Exhausted.class));
    assertThat(told.stream().limit(4).map(each -> (Granted) each.get()))
        .extracting(each -> Objects.requireNonNull(each.quota()).remaining())
        .containsExactly(3L, 2L, 1L, 0L);
  }

  @Test
  void aRefusalIsRememberedForTheTimeThatRedisToldAndNotLonger() {
    for (int i = 0; i < 4; i++) {
      granted(SMALL);
    }
    Exhausted first = (Exhausted) take(new Take(SMALL, "a"));
    int asked = redis.asked();
    long until = redis.nanos() + (first.retryAfterMillis() - 1) * MILLI;
    while (redis.nanos() < until) {
      assertThat(limiter.take(List.of(new Take(SMALL, "a"))))
          .isInstanceOfSatisfying(
              Answer.Ready.class, ready -> assertThat(ready.value()).isInstanceOf(Exhausted.class));
      redis.passes(10 * MILLI);
    }
    assertThat(redis.asked()).isEqualTo(asked);

    redis.passes(2 * MILLI);
    assertThat(take(new Take(SMALL, "a"))).isInstanceOf(Granted.class);
  }

  @Test
  void aRefusalIsForgottenAfterOneSecondHoweverLongItIs() {
    Limit hourly =
        new Limit("hourly", SMALL.key(), 2, Duration.ofHours(1), 2, StoreDown.LOCAL_SHARE);
    take(new Take(hourly, "a"));
    take(new Take(hourly, "a"));
    assertThat(take(new Take(hourly, "a")))
        .isInstanceOfSatisfying(
            Exhausted.class,
            told -> assertThat(told.retryAfterMillis()).isBetween(1_799_000L, 1_800_000L));

    redis.flush();
    assertThat(take(new Take(hourly, "a"))).isInstanceOf(Exhausted.class);
    redis.passes(SECOND);
    assertThat(take(new Take(hourly, "a"))).isInstanceOf(Granted.class);
  }

  @Test
  void whatIsHeldIsGrantedUntilItExpiresWhenRedisDiesAndThenTheLimitsOwnModeApplies() {
    inUse(LARGE);
    redis.open = false;

    assertThat(granted(LARGE).degraded()).isFalse();
    redis.passes(SECOND);
    assertThat(take(new Take(LARGE, "a"))).isInstanceOf(Unavailable.class);
  }

  @Test
  void whenRedisDiesNoMoreIsGrantedThanIsHeld() {
    inUse(LARGE);
    redis.open = false;
    int granted = 0;
    while (take(new Take(LARGE, "a")) instanceof Granted) {
      granted++;
    }

    assertThat(granted).isBetween(50, 100);
  }

  @Test
  void whatIsNotGrantedInTimeIsGivenBack() {
    inUse(LARGE);
    long granted = 3;
    assertThat(redis.taken("sallyport:limit:large:a")).isGreaterThan(granted + 50);

    redis.passes(SECOND + SECOND / 2);
    limiter.sweep();
    redis.passes(MILLI);

    assertThat(redis.taken("sallyport:limit:large:a")).isEqualTo(granted);
  }

  @Test
  void whatExpiredIsKeptWhenRedisAnswersTheNextRequest() {
    inUse(LARGE);
    redis.passes(SECOND);
    limiter.sweep();
    int asked = redis.asked();
    for (int i = 0; i < 50; i++) {
      granted(LARGE);
    }

    assertThat(redis.asked()).isEqualTo(asked + 1);
  }

  @Test
  void anAnswerThatComesTooLateIsNotCountedAsALease() {
    redis.faults(100);
    for (int i = 0; i < 20; i++) {
      AtomicReference<Allowance> told = begin(new Take(LARGE, "a"));
      redis.passes(2 * SimulatedRedis.TIMEOUT);
      assertThat(told.get()).isInstanceOf(Unavailable.class);
    }
    assertThat(redis.asked()).isPositive();

    redis.open = false;
    assertThat(take(new Take(LARGE, "a"))).isInstanceOf(Unavailable.class);
  }

  @Test
  void aRefusalOfOneLimitPutsBackWhatWasTakenFromTheOthers() {
    for (int i = 0; i < 4; i++) {
      granted(SMALL);
    }
    inUse(LARGE);
    long left = Objects.requireNonNull(granted(LARGE).quota()).remaining();
    for (int i = 0; i < 200; i++) {
      assertThat(take(new Take(LARGE, "a"), new Take(SMALL, "a")))
          .isInstanceOfSatisfying(
              Exhausted.class, told -> assertThat(told.limit()).isEqualTo(SMALL));
    }

    assertThat(Objects.requireNonNull(granted(LARGE).quota()).remaining()).isEqualTo(left - 1);
  }

  @Test
  void whatWasTakenFromOneLimitIsPutBackWhenTheStoreOfAnotherDoesNotAnswer() {
    inUse(LARGE);
    redis.open = false;
    int granted = 0;
    for (int i = 0; i < 200; i++) {
      assertThat(take(new Take(LARGE, "a"), new Take(SMALL, "a"))).isInstanceOf(Unavailable.class);
    }
    while (take(new Take(LARGE, "a")) instanceof Granted) {
      granted++;
    }
    assertThat(granted).isPositive();
  }

  @Test
  void routesOfSeveralLimitsAreLeasedToo() {
    Limit other = Limits.perMinute("other", 6000, 1600, StoreDown.DENY);
    for (int i = 0; i < 500; i++) {
      take(new Take(LARGE, "a"), new Take(other, "a"));
    }

    assertThat(redis.asked()).isLessThan(50);
    assertThat(take(new Take(LARGE, "a"), new Take(other, "a")))
        .isInstanceOfSatisfying(
            Granted.class,
            told -> assertThat(Objects.requireNonNull(told.quota()).limit()).isEqualTo(LARGE));
  }

  @Test
  void aLeaseOutlivesAReloadAndANewQuotaDoesNotInheritIt() {
    inUse(LARGE);
    int asked = redis.asked();
    granted(Limits.perMinute("large", 60, 800, StoreDown.DENY));
    assertThat(redis.asked()).isEqualTo(asked);

    granted(Limits.perMinute("large", 120, 800, StoreDown.DENY));
    assertThat(redis.asked()).isEqualTo(asked + 1);
    redis.passes(MILLI);
    assertThat(redis.taken("sallyport:limit:large:a")).isEqualTo(5);
  }

  @Test
  void keysWithoutRoomForALeaseAskRedisEachTimeAndIdleOnesMakeRoom() {
    for (int i = 0; i < 10; i++) {
      take(new Take(LARGE, "flood" + i));
    }
    for (int i = 0; i < 5; i++) {
      granted(LARGE);
    }
    assertThat(redis.asked()).isEqualTo(15);

    redis.passes(2 * SECOND);
    limiter.sweep();
    inUse(LARGE);
    int asked = redis.asked();
    granted(LARGE);
    assertThat(redis.asked()).isEqualTo(asked);
  }

  /// Three requests, so that the bucket is leased.
  private void inUse(Limit limit) {
    for (int i = 0; i < 3; i++) {
      take(new Take(limit, "a"));
    }
    redis.passes(2 * MILLI);
  }

  private Granted granted(Limit limit) {
    return (Granted) take(new Take(limit, "a"));
  }

  private Allowance take(Take... takes) {
    AtomicReference<Allowance> told = begin(takes);
    for (int i = 0; i < 10 && told.get() == null; i++) {
      redis.passes(MILLI / 2);
    }
    return Objects.requireNonNull(told.get(), "no answer");
  }

  private AtomicReference<Allowance> begin(Take... takes) {
    AtomicReference<Allowance> told = new AtomicReference<>();
    switch (limiter.take(List.of(takes))) {
      case Answer.Ready<Allowance>(Allowance allowance) -> told.set(allowance);
      case Answer.Pending<Allowance>(var mono) -> mono.subscribe(told::set);
    }
    return told;
  }

  private static RedisLimiter limiter(SimulatedRedis redis) {
    return new RedisLimiter(
        new RedisSettings(
            URI.create("redis://simulated"),
            Duration.ofNanos(SimulatedRedis.TIMEOUT),
            Duration.ofMillis(100),
            2,
            10),
        redis.connection(new Random(1)),
        redis::nanos);
  }
}
