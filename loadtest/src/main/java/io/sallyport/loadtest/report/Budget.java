package io.sallyport.loadtest.report;

import java.util.Optional;

/// What a figure may be at most.
///
/// @param says what it is, with its unit
record Budget(String says, Figure figure, double atMost) {

  /// Whether it held.
  sealed interface Verdict {
    record Met(double measured) implements Verdict {}

    record Missed(double measured) implements Verdict {}

    record NotMeasured() implements Verdict {}
  }

  Verdict judge(Results results) {
    Optional<Double> measured = figure.in(results);
    if (measured.isEmpty()) {
      return new Verdict.NotMeasured();
    }
    double value = measured.get();
    return value <= atMost ? new Verdict.Met(value) : new Verdict.Missed(value);
  }
}
