package io.sallyport.scenarios;

import java.time.Duration;
import java.util.List;

/// One run: what happens, to whom, how much of it, and what must hold. Refuses what is not a load
/// for a deployment of one's own.
///
/// @param rate reads per second, away from a burst
/// @param duration of the whole load
/// @param mine the operator says that a target away from this machine is theirs
record Plan(
    Scenario scenario,
    Target target,
    List<Reader> readers,
    int rate,
    Duration duration,
    Bounds bounds,
    Trust trust,
    boolean http2,
    boolean mine) {
  static final int MOST_RATE = 2000;
  static final int MOST_BURST_RATE = 5000;
  private static final int MOST_READERS = 100;

  /// What must hold at the end.
  ///
  /// @param failures the most reads that may fail: no answer, or a status that is not expected
  /// @param p99Millis the most that one read in a hundred may exceed, in milliseconds
  record Bounds(int failures, int p99Millis) {
    private static final int MOST_FAILURES = 1_000_000;
    private static final int MOST_MILLIS = 60_000;

    Bounds {
      Range.check("--max-failures", failures, 0, MOST_FAILURES);
      Range.check("--p99", p99Millis, 1, MOST_MILLIS);
    }
  }

  /// @throws IllegalArgumentException naming the option
  Plan {
    Range.check("--rate", rate, 1, MOST_RATE);
    Range.check("--duration", duration, Duration.ofSeconds(1), Scenario.MOST_TIME);
    readers = List.copyOf(readers);
    Range.check("--path and --token", readers.size(), 1, MOST_READERS);
    if (scenario instanceof Scenario.Burst burst && rate * burst.factor() > MOST_BURST_RATE) {
      throw new IllegalArgumentException(
          "--rate times --factor: %d is more than %d"
              .formatted(rate * burst.factor(), MOST_BURST_RATE));
    }
    if (scenario.needs().isPresent() && scenario.needs().get().compareTo(duration) >= 0) {
      throw new IllegalArgumentException(
          "--duration: %s is too short; %s needs more than %s"
              .formatted(
                  Spans.text(duration), scenario.word(), Spans.text(scenario.needs().get())));
    }
    if (!mine && !target.isLoopback()) {
      throw new IllegalArgumentException(
          """
          %s is not on this machine. This sends load to it: only to a deployment of your own.
          If it is yours, and whoever runs it knows, add --yes-this-is-mine"""
              .formatted(target));
    }
  }

  /// How many reads a whole run sends, about.
  long expectedReads() {
    var steady = rate * duration.toMillis() / 1000;
    return switch (scenario) {
      case Scenario.Burst(int factor, Duration length) ->
          steady + (long) rate * (factor - 1) * length.toMillis() / 1000;
      case Scenario.Steady _, Scenario.SlowClients _, Scenario.ZoneLoss _, Scenario.Reload _ ->
          steady;
    };
  }

  /// The statuses that are no failure.
  List<Integer> expectedStatuses() {
    return scenario instanceof Scenario.Burst
        ? List.of(200, 203, 204, 206, 304, 429)
        : List.of(200, 203, 204, 206, 304);
  }
}
