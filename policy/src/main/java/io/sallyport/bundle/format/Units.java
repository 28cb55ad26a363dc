package io.sallyport.bundle.format;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations, sizes and shares as people write them: a whole number and its unit.
public final class Units {
  static final String DURATION = "[0-9]{1,9}(ms|s|m|h)";
  static final String SIZE = "[0-9]{1,9}(B|KiB|MiB|GiB)";
  static final String PERCENT = "[0-9]{1,3}%";

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})([A-Za-z%]+)");

  private Units() {}

  /// `500ms`, `60s`, `5m`, `24h`.
  public static Optional<Duration> duration(String text) {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      return Optional.empty();
    }
    long n = Long.parseLong(amount.group(1));
    return switch (amount.group(2)) {
      case "ms" -> Optional.of(Duration.ofMillis(n));
      case "s" -> Optional.of(Duration.ofSeconds(n));
      case "m" -> Optional.of(Duration.ofMinutes(n));
      case "h" -> Optional.of(Duration.ofHours(n));
      default -> Optional.empty();
    };
  }

  /// `512B`, `64KiB`, `1MiB`, `10GiB`, in bytes.
  static Optional<Long> size(String text) {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      return Optional.empty();
    }
    long n = Long.parseLong(amount.group(1));
    return switch (amount.group(2)) {
      case "B" -> Optional.of(n);
      case "KiB" -> Optional.of(n << 10);
      case "MiB" -> Optional.of(n << 20);
      case "GiB" -> Optional.of(n << 30);
      default -> Optional.empty();
    };
  }

  /// `50%`.
  static Optional<Integer> percent(String text) {
    Matcher amount = AMOUNT.matcher(text);
    return amount.matches() && amount.group(2).equals("%")
        ? Optional.of(Integer.parseInt(amount.group(1)))
        : Optional.empty();
  }

  /// As people would write it, in the largest unit that it is a whole number of.
  public static String show(Duration duration) {
    long ms = duration.toMillis();
    for (Unit unit :
        List.of(new Unit("h", 3_600_000), new Unit("m", 60_000), new Unit("s", 1000))) {
      if (ms != 0 && ms % unit.size == 0) {
        return ms / unit.size + unit.name;
      }
    }
    return ms + "ms";
  }

  static String showSize(long bytes) {
    for (Unit unit :
        List.of(new Unit("GiB", 1L << 30), new Unit("MiB", 1L << 20), new Unit("KiB", 1L << 10))) {
      if (bytes != 0 && bytes % unit.size == 0) {
        return bytes / unit.size + unit.name;
      }
    }
    return bytes + "B";
  }

  private record Unit(String name, long size) {}
}
