package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
  private final AtomicLong now = new AtomicLong();
  private final RetryBudget budget = new RetryBudget(now::get);

  private int taken(int percent) {
    int taken = 0;
    while (budget.take(percent) == RetryAnswer.RETRY) {
      taken++;
    }
    return taken;
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aQuietUpstreamMayBeRetriedABurstAndThenTenTimesASecond() {
    assertThat(taken(20)).isEqualTo(100);
    pass(Duration.ofSeconds(1));
    assertThat(taken(20)).isEqualTo(10);
    pass(Duration.ofMinutes(1));
    assertThat(taken(20)).isEqualTo(100);
  }

  @Test
  void aBusyUpstreamMayBeRetriedAShareOfItsRequestsBesides() {
    for (int i = 0; i < 1000; i++) {
      budget.request();
    }
    assertThat(taken(20)).isEqualTo(200 + 100);
  }

  @Test
  void requestsOfMoreThanTenSecondsAgoDoNotCount() {
    for (int i = 0; i < 1000; i++) {
      budget.request();
    }
    taken(0);
    pass(Duration.ofMillis(9900));
    assertThat(taken(20)).isEqualTo(200 + 99);
    pass(Duration.ofSeconds(1));
    assertThat(taken(20)).isEqualTo(10);
  }

  @Test
  void aShareOfNothingLeavesTheFloor() {
    for (int i = 0; i < 1000; i++) {
      budget.request();
    }
    assertThat(taken(0)).isEqualTo(100);
  }
}
