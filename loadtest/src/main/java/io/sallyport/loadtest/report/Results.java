package io.sallyport.loadtest.report;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.measure.Summary;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What rounds have come to so far, by work and proxy, in the order in which they came; and what
/// could not be measured, with the reason. Of one thread.
public final class Results {
  /// What was measured.
  public record Cell(String work, String proxy) {}

  private final Map<Cell, Map<Metric, List<Double>>> rounds = new LinkedHashMap<>();
  private final Map<Cell, String> gaps = new LinkedHashMap<>();

  /// Adds one round.
  public void add(String work, String proxy, Map<Metric, Double> round) {
    Map<Metric, List<Double>> figures =
        rounds.computeIfAbsent(new Cell(work, proxy), cell -> new EnumMap<>(Metric.class));
    round.forEach(
        (metric, figure) -> figures.computeIfAbsent(metric, m -> new ArrayList<>()).add(figure));
  }

  /// Says why something was not measured, or not to its end. What it had measured is dropped: a
  /// proxy that answers wrongly has no figures.
  public void gap(String work, String proxy, String why) {
    Cell cell = new Cell(work, proxy);
    rounds.remove(cell);
    gaps.putIfAbsent(cell, why);
  }

  public boolean hasGap(String work, String proxy) {
    return gaps.containsKey(new Cell(work, proxy));
  }

  /// What was measured.
  public List<Cell> cells() {
    return List.copyOf(rounds.keySet());
  }

  public Map<Cell, String> gaps() {
    return Map.copyOf(gaps);
  }

  /// Everything that one cell has.
  public Map<Metric, Summary> summaries(Cell cell) {
    Map<Metric, Summary> summaries = new EnumMap<>(Metric.class);
    rounds
        .getOrDefault(cell, Map.of())
        .forEach((metric, figures) -> summaries.put(metric, Summary.of(figures)));
    return summaries;
  }

  public Optional<Summary> summary(String work, String proxy, Metric metric) {
    return Optional.ofNullable(summaries(new Cell(work, proxy)).get(metric));
  }

  /// The medians' quotient, when both were measured.
  public Optional<Double> ratio(String work, String proxy, String besideWork, Metric metric) {
    return summary(work, proxy, metric)
        .flatMap(
            one ->
                summary(besideWork, "nginx", metric)
                    .filter(nginx -> nginx.median() > 0)
                    .map(nginx -> one.median() / nginx.median()));
  }
}
