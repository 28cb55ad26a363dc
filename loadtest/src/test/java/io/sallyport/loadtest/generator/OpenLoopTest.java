package io.sallyport.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpenLoopTest {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final double MICROS_PER_MILLI = 1_000;

  @ParameterizedTest
  @EnumSource
  void chargesAStallToEveryoneWhoWasDueMeanwhile(Protocol protocol) throws Exception {
    // 100 requests due in half a second; the first one to come holds everybody up for longer.
    var schedule = new Schedule(200, Duration.ZERO, Duration.ofMillis(500));
    var stalled = new CompletableFuture<Integer>();
    var first = new AtomicBoolean(true);
    TestServer.Answers answers =
        asked -> {
          if (first.getAndSet(false)) {
            CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS)
                .execute(() -> stalled.complete(200));
          }
          return stalled;
        };
    try (var server = TestServer.answering(answers)) {
      var latencies = run(server.target(protocol), schedule, BOUND);

      assertThat(latencies.requests()).isEqualTo(100);
      assertThat(latencies.errors()).isZero();
      assertThat(latencies.maxMicros()).isGreaterThanOrEqualTo(600 * MICROS_PER_MILLI);
      // The second of 100 was due 5 ms after the first, the fiftieth 245 ms after it.
      assertThat(latencies.p99Micros()).isGreaterThanOrEqualTo(595 * MICROS_PER_MILLI);
      assertThat(latencies.p50Micros()).isGreaterThanOrEqualTo(345 * MICROS_PER_MILLI);
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsAnAnswerThatNeverComesAsAnErrorThatTookTheBound(Protocol protocol) throws Exception {
    var bound = Duration.ofMillis(200);
    var schedule = new Schedule(100, Duration.ZERO, Duration.ofMillis(100));
    try (var server = TestServer.answering(asked -> new CompletableFuture<>())) {
      var latencies = run(server.target(protocol), schedule, bound);

      assertThat(latencies.requests()).isEqualTo(10);
      assertThat(latencies.errors()).isEqualTo(10);
      assertThat(latencies.p50Micros()).isGreaterThanOrEqualTo(200 * MICROS_PER_MILLI);
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsAnotherStatusAsAnError(Protocol protocol) throws Exception {
    var schedule = new Schedule(100, Duration.ZERO, Duration.ofMillis(100));
    try (var server = TestServer.answering(403)) {
      var latencies = run(server.target(protocol), schedule, BOUND);

      assertThat(latencies.errors()).isEqualTo(10);
    }
  }

  @Test
  void sendsTheWarmUpAndDoesNotCountIt() throws Exception {
    var schedule = new Schedule(100, Duration.ofMillis(200), Duration.ofMillis(100));
    try (var server = TestServer.answering(200)) {
      var latencies = run(server.target(Protocol.H2), schedule, BOUND);

      assertThat(server.asked()).hasSize(30);
      assertThat(latencies.requests()).isEqualTo(10);
    }
  }

  @Test
  void opensAConnectionAgainThatTheServerEnded() throws Exception {
    var schedule = new Schedule(10, Duration.ZERO, Duration.ofMillis(500));
    try (var server = TestServer.answering(200).closingAfterEachAnswer()) {
      var latencies = run(server.target(Protocol.H1), schedule, BOUND);

      assertThat(latencies.errors()).isZero();
      assertThat(server.acceptedConnections()).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void failsWhenNobodyListens() throws Exception {
    Target gone;
    try (var server = TestServer.answering(200)) {
      gone = server.target(Protocol.H1);
    }
    var schedule = new Schedule(10, Duration.ZERO, Duration.ofMillis(100));

    assertThatThrownBy(() -> run(gone, schedule, BOUND))
        .hasMessageContaining("a connection did not open");
  }

  @Test
  void refusesMoreOutstandingThanMemoryIsFor() {
    assertThatThrownBy(
            () ->
                run(
                    new Target(1, "localhost", "/x", Protocol.H1, java.util.List.of(), 200),
                    new Schedule(1_000_000, Duration.ZERO, Duration.ofSeconds(1)),
                    Duration.ofSeconds(5)))
        .hasMessageContaining("at most 4000000 requests due in it");
  }

  private static Latencies run(Target target, Schedule schedule, Duration bound) throws Exception {
    try (var dialer = new Dialer(target)) {
      return Program.await(
          new OpenLoad(dialer, target, schedule, 1, 100, bound).run(), Duration.ofSeconds(30));
    }
  }
}
