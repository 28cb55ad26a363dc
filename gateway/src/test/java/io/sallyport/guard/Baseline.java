package io.sallyport.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What each case may cost: its bytes a request when they were last recorded, and a tenth more.
///
/// @param bytes by the name of the case
record Baseline(Map<String, Long> bytes) {
  private static final int TOLERATED_PERCENT = 10;

  static final String RECORD =
      "mvn -pl gateway -am test -Dtest=AllocationGuardTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dguard.record=true";

  Baseline {
    bytes = new TreeMap<>(bytes);
  }

  /// Reads lines of `name = bytes`; a line that begins with `#` is a comment.
  static Baseline parse(String text) {
    return new Baseline(
        text.lines()
            .filter(line -> line.contains("=") && !line.startsWith("#"))
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(p -> p[0].strip(), p -> Long.parseLong(p[1].strip()))));
  }

  String text() {
    return "# Bytes allocated for one request of the replay. To record anew, with the reason in the"
        + " commit message:\n# "
        + RECORD
        + "\n"
        + bytes.entrySet().stream()
            .map(entry -> entry.getKey() + " = " + entry.getValue() + "\n")
            .collect(Collectors.joining());
  }

  /// One sentence for each case that grew by more than is tolerated, is new, or is gone.
  List<String> complaints(Map<String, Long> measured) {
    var complaints = new ArrayList<String>();
    measured.forEach(
        (name, now) -> {
          Long before = bytes.get(name);
          if (before == null) {
            complaints.add(name + ": has no baseline. Record one: " + RECORD);
          } else if (now * 100 > before * (100 + TOLERATED_PERCENT)) {
            complaints.add(
                name + ": " + compared(now, before) + " If that is meant, record it: " + RECORD);
          }
        });
    bytes.keySet().stream()
        .filter(name -> !measured.containsKey(name))
        .forEach(name -> complaints.add(name + ": was not measured"));
    return complaints;
  }

  /// One sentence for each case that shrank so far that the baseline no longer guards it.
  List<String> praises(Map<String, Long> measured) {
    var praises = new ArrayList<String>();
    measured.forEach(
        (name, now) -> {
          Long before = bytes.get(name);
          if (before != null && now * 100 < before * (100 - TOLERATED_PERCENT)) {
            praises.add(name + ": " + compared(now, before) + " Keep it so: " + RECORD);
          }
        });
    return praises;
  }

  private static String compared(long now, long before) {
    return "%d bytes a request, expected about %d (%+d %%)."
        .formatted(now, before, (now - before) * 100 / before);
  }
}
