package io.sallyport.scenarios;

import java.time.Duration;
import java.util.regex.Pattern;

/// Lengths of time as people write them: `500ms`, `60s`, `5m`.
final class Spans {
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})(ms|s|m)");
  private static final int MILLIS = 1000;

  private Spans() {}

  /// @throws IllegalArgumentException when it is not a number with `ms`, `s` or `m`
  static Duration parse(String text) {
    var span = SPAN.matcher(text);
    if (!span.matches()) {
      throw new IllegalArgumentException(text + ": a number with ms, s or m, such as 60s");
    }
    var number = Long.parseLong(span.group(1));
    return switch (span.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }

  static String text(Duration span) {
    var millis = span.toMillis();
    return millis % MILLIS == 0 ? millis / MILLIS + "s" : millis + "ms";
  }
}
