package io.sallyport.limits.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.async.Answer;
import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Limit.StoreDown;
import io.sallyport.limits.Allowance;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Unavailable;
import io.sallyport.limits.Limiter;
import io.sallyport.limits.Limiter.Take;
import io.sallyport.limits.Limits;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/// A real Redis, killed and back.
class RedisLimiterTest {
  private static final Limit SHARED = Limits.perMinute("shared", 60, 4, StoreDown.LOCAL_SHARE);
  private static final Limit STRICT = Limits.perMinute("strict", 60, 4, StoreDown.DENY);
  private static final Limit LENIENT = Limits.perMinute("lenient", 60, 4, StoreDown.ALLOW);

  private final int port = freePort();
  private RedisServer redis;

  @BeforeEach
  void begin() throws IOException {
    redis = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
    redis.start();
  }

  @AfterEach
  void end() throws IOException {
    redis.stop();
  }

  @Test
  void replicasTakeFromTheSameBucket() {
    try (RedisLimiter one = connected();
        RedisLimiter other = connected()) {
      assertThat(remaining(granted(one, SHARED, "a"))).isEqualTo(3);
      assertThat(remaining(granted(other, SHARED, "a"))).isEqualTo(2);
      granted(one, SHARED, "a");
      granted(other, SHARED, "a");

      assertThat(take(one, SHARED, "a"))
          .isInstanceOfSatisfying(
              Exhausted.class, told -> assertThat(told.retryAfterMillis()).isBetween(1L, 1000L));
      assertThat(remaining(granted(one, SHARED, "b"))).isEqualTo(3);
    }
  }

  @Test
  void aRefusalOfOneLimitTakesNothingFromTheOthers() {
    try (RedisLimiter limiter = connected()) {
      for (int i = 0; i < 4; i++) {
        granted(limiter, STRICT, "a");
      }
      assertThat(take(limiter, new Take(SHARED, "a"), new Take(STRICT, "a")))
          .isInstanceOfSatisfying(
              Exhausted.class, told -> assertThat(told.limit()).isEqualTo(STRICT));

      assertThat(remaining(granted(limiter, SHARED, "a"))).isEqualTo(3);
    }
  }

  @Test
  void aScriptThatRedisForgotIsToldAgain() throws IOException {
    try (RedisLimiter limiter = connected()) {
      granted(limiter, SHARED, "a");
      redis.stop();
      redis.start();

      waitFor(() -> take(limiter, STRICT, "a") instanceof Granted);
    }
  }

  @Test
  void withoutRedisEachLimitIsInItsOwnModeUntilItIsBack() throws IOException {
    try (RedisLimiter limiter = connected()) {
      granted(limiter, SHARED, "a");
      redis.stop();

      waitFor(() -> take(limiter, STRICT, "a") instanceof Unavailable);
      assertThat(granted(limiter, LENIENT, "a")).isEqualTo(new Granted(null, true));
      Granted share = granted(limiter, SHARED, "z");
      assertThat(share.degraded()).isTrue();
      assertThat(remaining(share)).isEqualTo(1);
      granted(limiter, SHARED, "z");
      assertThat(take(limiter, SHARED, "z")).isInstanceOf(Exhausted.class);
      assertThat(take(limiter, new Take(LENIENT, "a"), new Take(STRICT, "a")))
          .isInstanceOf(Unavailable.class);

      redis.start();
      waitFor(() -> !granted(limiter, LENIENT, "a").degraded());
      assertThat(take(limiter, STRICT, "a")).isInstanceOf(Granted.class);
    }
  }

  @Test
  void whileRedisIsDownRequestsDoNotWaitForIt() throws IOException {
    redis.stop();
    try (RedisLimiter limiter = limiter()) {
      for (int i = 0; i < 100; i++) {
        assertThat(limiter.take(List.of(new Take(LENIENT, "a")))).isInstanceOf(Answer.Ready.class);
      }

      redis.start();
      waitFor(() -> !granted(limiter, LENIENT, "a").degraded());
    }
  }

  @Test
  void aStoreThatIsSilentIsAskedOnceInACoolDown() {
    var coolDown = new CoolDown(1000);
    for (int i = 0; i < 5; i++) {
      assertThat(coolDown.mayAsk(0)).isTrue();
      coolDown.failed(0, 1);
    }
    assertThat(coolDown.mayAsk(999)).isFalse();
    assertThat(coolDown.mayAsk(1000)).isTrue();
    assertThat(coolDown.mayAsk(1000)).isFalse();
    coolDown.failed(1050, 1);
    assertThat(coolDown.mayAsk(2049)).isFalse();
    assertThat(coolDown.mayAsk(2050)).isTrue();
    assertThat(coolDown.succeeded()).isTrue();
    assertThat(coolDown.mayAsk(2051)).isTrue();
  }

  private RedisLimiter limiter() {
    return new RedisLimiter(
        new RedisSettings(
            URI.create("redis://127.0.0.1:" + port),
            Duration.ofMillis(500),
            Duration.ofMillis(50),
            2,
            100));
  }

  private RedisLimiter connected() {
    RedisLimiter limiter = limiter();
    waitFor(() -> !granted(limiter, LENIENT, "connecting").degraded());
    return limiter;
  }

  private static long remaining(Granted granted) {
    return Objects.requireNonNull(granted.quota()).remaining();
  }

  private static Granted granted(Limiter limiter, Limit limit, String key) {
    return (Granted) take(limiter, limit, key);
  }

  private static Allowance take(Limiter limiter, Limit limit, String key) {
    return take(limiter, new Take(limit, key));
  }

  private static Allowance take(Limiter limiter, Take... takes) {
    return switch (limiter.take(List.of(takes))) {
      case Answer.Ready<Allowance>(Allowance allowance) -> allowance;
      case Answer.Pending<Allowance>(var mono) ->
          Objects.requireNonNull(mono.block(Duration.ofSeconds(5)));
    };
  }

  private static void waitFor(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 10 s");
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
