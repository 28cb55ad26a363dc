package io.sallyport.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.bundle.Limit;
import io.sallyport.bundle.Limit.StoreDown;
import io.sallyport.limits.Allowance.Exhausted;
import io.sallyport.limits.Allowance.Granted;
import io.sallyport.limits.Allowance.Quota;
import io.sallyport.limits.Limiter.Take;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalLimiterTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /// One a second, five at once.
  private static final Limit FIVE = Limits.perMinute("five", 60, 5, StoreDown.DENY);

  private static final Limit TWO = Limits.perMinute("two", 60, 2, StoreDown.DENY);

  private final AtomicLong clock = new AtomicLong(SECOND);
  private final LocalLimiter limiter = new LocalLimiter(1, 100, clock::get);

  @Test
  void aBurstPassesAndThenOneForEachInterval() {
    for (int left = 4; left >= 0; left--) {
      assertThat(take(FIVE, "a"))
          .isEqualTo(new Granted(new Quota(FIVE, left, 1000L * (5 - left)), false));
    }
    assertThat(take(FIVE, "a")).isEqualTo(new Exhausted(FIVE, new Quota(FIVE, 0, 5000), 1000));

    clock.addAndGet(SECOND - 1);
    assertThat(take(FIVE, "a")).isInstanceOf(Exhausted.class);
    clock.addAndGet(1);
    assertThat(take(FIVE, "a")).isInstanceOf(Granted.class);
    assertThat(take(FIVE, "a")).isInstanceOf(Exhausted.class);
  }

  @Test
  void overALongTimeNobodyGetsMoreThanTheQuota() {
    Limit seventh = new Limit("seven", FIVE.key(), 7, Duration.ofSeconds(1), 1, StoreDown.DENY);
    int granted = 0;
    for (int i = 0; i < 100_000; i++) {
      clock.addAndGet(SECOND / 1000);
      granted += take(seventh, "a") instanceof Granted ? 1 : 0;
    }
    assertThat(granted).isBetween(690, 700);
  }

  @Test
  void eachKeyHasItsOwnBucket() {
    for (int i = 0; i < 5; i++) {
      take(FIVE, "a");
    }
    assertThat(take(FIVE, "a")).isInstanceOf(Exhausted.class);
    assertThat(take(FIVE, "b")).isInstanceOf(Granted.class);
  }

  @Test
  void aLongKeyIsKeptAsItsDigestAndHasItsOwnBucketAllTheSame() {
    String one = "a".repeat(8_000);
    for (int i = 0; i < 5; i++) {
      take(FIVE, one);
    }

    assertThat(take(FIVE, one)).isInstanceOf(Exhausted.class);
    assertThat(take(FIVE, one + "b")).isInstanceOf(Granted.class);
    assertThat(new Take(FIVE, one).key()).hasSizeLessThan(100);
  }

  @Test
  void whatWasTakenStaysTakenThroughAReload() {
    take(TWO, "a");
    take(TWO, "a");
    Limit reloaded = Limits.perMinute("two", 60, 2, StoreDown.DENY);

    assertThat(take(reloaded, "a")).isInstanceOf(Exhausted.class);
  }

  @Test
  void whenOneLimitRefusesTheOthersAreLeftAsTheyWere() {
    take(TWO, "a");
    take(TWO, "a");

    assertThat(limiter.takeNow(List.of(new Take(FIVE, "a"), new Take(TWO, "a"))))
        .isInstanceOfSatisfying(Exhausted.class, told -> assertThat(told.limit()).isEqualTo(TWO));
    assertThat(take(FIVE, "a")).isEqualTo(new Granted(new Quota(FIVE, 4, 1000), false));
  }

  @Test
  void ofSeveralLimitsTheTightestIsTold() {
    assertThat(limiter.takeNow(List.of(new Take(FIVE, "a"), new Take(TWO, "a"))))
        .isEqualTo(new Granted(new Quota(TWO, 1, 1000), false));
  }

  @Test
  void aShareIsAPartOfTheQuota() {
    LocalLimiter half = new LocalLimiter(2, 100, clock::get);
    half.takeNow(List.of(new Take(FIVE, "a")));
    half.takeNow(List.of(new Take(FIVE, "a")));

    assertThat(half.takeNow(List.of(new Take(FIVE, "a"))))
        .isInstanceOfSatisfying(
            Exhausted.class, told -> assertThat(told.retryAfterMillis()).isEqualTo(2000));
  }

  @Test
  void bucketsThatAreFullAgainMakeRoomAndOthersAreNeverLost() {
    Buckets buckets = new Buckets(100);
    for (int i = 0; i < 1000; i++) {
      Buckets.Bucket bucket = buckets.of("idle" + i, i + 1);
      assertThat(bucket.move(bucket.fullAt(), i + 2)).isTrue();
    }
    assertThat(buckets.size()).isLessThanOrEqualTo(100);

    Buckets used = new Buckets(100);
    for (int i = 0; i < 1000; i++) {
      Buckets.Bucket bucket = used.of("used" + i, 1);
      assertThat(bucket.move(bucket.fullAt(), Long.MAX_VALUE / 2)).isTrue();
    }
    assertThat(used.size()).isEqualTo(100);
    assertThat(used.of("used0", 2).fullAt()).isEqualTo(Long.MAX_VALUE / 2);
    assertThat(used.of("used999", 2).fullAt()).isEqualTo(Long.MAX_VALUE / 2);
  }

  @Test
  void aFloodOfKeysNeverGivesAKeyMoreThanItsQuota() {
    LocalLimiter small = new LocalLimiter(1, 10, clock::get);
    int granted = 0;
    for (int i = 0; i < 200; i++) {
      small.takeNow(List.of(new Take(FIVE, "flood" + i)));
      granted += small.takeNow(List.of(new Take(FIVE, "a"))) instanceof Granted ? 1 : 0;
    }
    assertThat(granted).isLessThanOrEqualTo(5);
  }

  @Test
  void manyThreadsTogetherGetOneQuota() throws InterruptedException {
    Limit thousand = Limits.perMinute("thousand", 60, 1000, StoreDown.DENY);
    var granted = new AtomicLong();
    var together = new CountDownLatch(1);
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(
                _ ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              try {
                                together.await();
                              } catch (InterruptedException e) {
                                return;
                              }
                              for (int i = 0; i < 1000; i++) {
                                if (take(thousand, "a") instanceof Granted) {
                                  granted.incrementAndGet();
                                }
                              }
                            }))
            .toList();
    together.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(granted).hasValue(1000);
  }

  @Test
  void aQuotaThatCannotBeCountedIsRefused() {
    Limit none = Limits.perMinute("none", 0, 1, StoreDown.DENY);

    assertThatThrownBy(() -> take(none, "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none");
  }

  private Allowance take(Limit limit, String key) {
    return limiter.takeNow(List.of(new Take(limit, key)));
  }
}
