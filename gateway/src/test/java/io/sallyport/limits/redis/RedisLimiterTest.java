package io.sallyport.limits.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
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

  @Test
  void replicasOfManyThreadsTogetherGrantAtMostTheQuotaABurstAndWhatTheyMayHold()
      throws InterruptedException {
    Limit limit = Limits.perMinute("many", 60_000, 800, StoreDown.DENY);
    var granted = new LongAdder();
    try (RedisLimiter one = connected();
        RedisLimiter other = connected()) {
      long start = System.nanoTime();
      List<Thread> threads =
          Stream.of(one, other, one, other)
              .map(
                  limiter ->
                      Thread.ofPlatform()
                          .start(
                              () -> {
                                for (int i = 0; i < 20_000; i++) {
                                  if (take(limiter, limit, "a") instanceof Granted) {
                                    granted.increment();
                                  }
                                }
                              }))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis() + 1;

      assertThat(granted.sum()).isBetween(800L, millis + 800 + 2 * 100);
    }
  }

  @Test
  void whatAReplicaHoldsIsGivenBackWhenItCloses() {
    Limit limit = Limits.perMinute("closing", 60, 800, StoreDown.DENY);
    try (RedisLimiter other = connected()) {
      try (RedisLimiter one = connected()) {
        for (int i = 0; i < 10; i++) {
          granted(one, limit, "a");
        }
        assertThat(remaining(granted(other, limit, "a"))).isLessThan(750);
      }

      assertThat(remaining(granted(other, limit, "b"))).isEqualTo(799);
      try (RedisLimiter third = connected()) {
        assertThat(remaining(granted(third, limit, "a"))).isEqualTo(800 - 12);
      }
    }
  }

  @Test
  void whatIsHeldIsGivenBackWhenItIsNotUsed() {
    Limit limit = Limits.perMinute("idle", 60, 800, StoreDown.DENY);
    try (RedisLimiter one = connected();
        RedisLimiter other = connected()) {
      for (int i = 0; i < 10; i++) {
        granted(one, limit, "a");
      }

      waitFor(
          () -> {
            pause(300); // So seldom that the other takes no lease.
            return remaining(granted(other, limit, "a")) > 750;
          });
    }
  }

  @Test
  void anAnswerThatComesTooLateIsNotUsed() throws Exception {
    Limit limit = Limits.perMinute("late", 60, 800, StoreDown.DENY);
    try (RedisLimiter limiter = connected()) {
      try (var operator = new Socket(InetAddress.getLoopbackAddress(), port)) {
        operator.getOutputStream().write("CLIENT PAUSE 1500\r\n".getBytes(US_ASCII));
        assertThat(operator.getInputStream().read()).isEqualTo('+');
        assertThat(take(limiter, limit, "a")).isInstanceOf(Unavailable.class);
      }
      assertThat(limiter.failures()).isPositive();

      waitFor(() -> take(limiter, limit, "b") instanceof Granted);
      assertThat(remaining(granted(limiter, limit, "a"))).isEqualTo(798);
    }
  }

  /// The simulation that the bound is proven against does what the scripts do.
  @Test
  void theScriptsDoWhatTheSimulationDoes() {
    var random = new Random(11);
    var simulated = new SimulatedRedis();
    try (var store = new RedisStore(settings())) {
      waitFor(store::isOpen);
      Terms small = Terms.of(Limits.perMinute("small", 600, 20, StoreDown.DENY), 1);
      Terms large = Terms.of(Limits.perMinute("large", 60_000, 500, StoreDown.DENY), 1);
      for (int i = 0; i < 2000; i++) {
        List<Charge> charges =
            List.of(
                new Charge("small" + random.nextInt(3), small, 1 + random.nextInt(8)),
                new Charge("large" + random.nextInt(3), large, 1 + random.nextInt(100)));
        List<Charge> some = random.nextBoolean() ? charges : charges.subList(0, 1);
        Reply reply = store.take(some).join();
        assertThat(reply).isEqualTo(simulated.take(some, now(reply)));
      }
    }
  }

  private static long now(Reply reply) {
    return switch (reply) {
      case Reply.Taken(long now, var _) -> now;
      case Reply.Refused(long now, int _, long _) -> now;
    };
  }

  private RedisSettings settings() {
    return new RedisSettings(
        URI.create("redis://127.0.0.1:" + port),
        Duration.ofMillis(500),
        Duration.ofMillis(50),
        2,
        100);
  }

  private RedisLimiter limiter() {
    return new RedisLimiter(settings());
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
      pause(20);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
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
