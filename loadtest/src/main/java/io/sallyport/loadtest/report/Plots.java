package io.sallyport.loadtest.report;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.work.Work;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A run as charts, for a glance.
public final class Plots {
  private Plots() {}

  /// @return SVG documents by file name; a chart that would be empty is not there
  public static Map<String, String> of(Run run) {
    Map<String, String> plots = new LinkedHashMap<>();
    add(
        plots,
        run,
        "cpu-1k.svg",
        "Answers of 1 KiB",
        Metric.CPU,
        labels("h[12]-1k-(bare|checks|h2c-.*)"));
    add(
        plots,
        run,
        "cpu-64k.svg",
        "Answers and uploads of 64 KiB",
        Metric.CPU,
        labels("h[12]-(64k|upload)-.*"));
    add(plots, run, "cpu-refusals.svg", "Refusals", Metric.CPU, labels("h[12]-refused-.*"));
    add(plots, run, "cpu-handshakes.svg", "TLS handshakes", Metric.CPU, labels("handshake-.*"));
    add(
        plots,
        run,
        "rate-1k.svg",
        "Answers of 1 KiB, one core",
        Metric.RATE,
        labels("h[12]-1k-(bare|checks)"));
    add(
        plots,
        run,
        "latency-p99.svg",
        "Latency at a fixed rate",
        Metric.P99,
        labels(".*-latency-.*"));
    add(plots, run, "idle.svg", "Idle TLS connections", Metric.CONNECTION, labels("idle-.*"));
    add(plots, run, "start.svg", "First answer", Metric.FIRST_ANSWER, labels("start"));
    return plots;
  }

  private static void add(
      Map<String, String> plots,
      Run run,
      String file,
      String title,
      Metric metric,
      Predicate<Work> which) {
    List<Group> groups =
        run.works().stream()
            .filter(which)
            .map(work -> new Bars(work.label(), bars(run, work, metric)))
            .filter(group -> !group.bars().isEmpty())
            .map(group -> new Group(group.label(), group.bars()))
            .toList();
    if (!groups.isEmpty()) {
      plots.put(file, BarChart.svg(title, metric.says(), groups));
    }
  }

  /// May be empty, which a group may not.
  private record Bars(String label, List<Bar> bars) {}

  private static List<Bar> bars(Run run, Work work, Metric metric) {
    return run.proxies().stream()
        .flatMap(
            proxy ->
                run.results().summary(work.label(), proxy, metric).stream()
                    .map(s -> new Bar(proxy, s.median(), s.min(), s.max())))
        .toList();
  }

  private static Predicate<Work> labels(String pattern) {
    return work -> work.label().matches(pattern);
  }
}
