package io.sallyport.scenarios;

import java.time.Duration;

/// Refusals of what is too little or too much, each naming its option.
final class Range {
  private Range() {}

  static int check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + ": " + value + " is not between " + least + " and " + most);
    }
    return value;
  }

  static Duration check(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: %s is not between %s and %s"
              .formatted(option, Spans.text(value), Spans.text(least), Spans.text(most)));
    }
    return value;
  }
}
