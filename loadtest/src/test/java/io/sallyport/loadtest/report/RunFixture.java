package io.sallyport.loadtest.report;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.work.Work;
import io.sallyport.loadtest.work.Works;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A run that was never made.
final class RunFixture {
  private RunFixture() {}

  static Run of(Results results, String... labels) {
    List<Work> works =
        Works.all().stream().filter(work -> List.of(labels).contains(work.label())).toList();
    return new Run(
        Instant.parse("2026-01-02T03:04:05Z"),
        Instant.parse("2026-01-02T03:34:05Z"),
        new Machine("A processor", 2, 8192, "Linux 6.1", "JDK 25"),
        Map.of("nginx", "1.22.1"),
        Map.of("haproxy", "haproxy is not installed"),
        List.of("nginx", "sallyport"),
        works,
        List.of("One note."),
        results);
  }

  /// Rounds of CPU µs.
  static Results cpu(Results results, String work, String proxy, double... rounds) {
    for (double round : rounds) {
      results.add(work, proxy, Map.of(Metric.CPU, round));
    }
    return results;
  }
}
