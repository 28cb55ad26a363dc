package io.sallyport.loadtest;

import java.time.Duration;
import java.util.Locale;

/// Says on standard error what a run is at, and about how long it will be. The time left is guessed
/// from how long the steps so far have taken beside what was expected of them.
final class Progress {
  private final double expected;
  private final long began = System.nanoTime();
  private double done;
  private double lastDone;

  /// @param expected seconds of all steps together
  Progress(double expected) {
    this.expected = Math.max(1, expected);
  }

  void say(String what) {
    System.err.printf(Locale.ROOT, "compare: %-62s %s%n", what, left());
  }

  /// A step has ended.
  ///
  /// @param seconds that were expected of it
  void done(double seconds) {
    done += seconds;
    lastDone = secondsSoFar();
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private double secondsSoFar() {
    return elapsed().toMillis() / 1000.0;
  }

  private String left() {
    // Until there is something to learn from, expectations are all there is.
    double pace = done < 20 ? 1 : lastDone / done;
    double sinceThen = secondsSoFar() - lastDone;
    long seconds = Math.round(Math.max(0, (expected - done) * pace - sinceThen));
    return "about %d:%02d left".formatted(seconds / 60, seconds % 60);
  }
}
