package io.sallyport.loadtest.report;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.measure.Summary;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A number that is read out of results; empty when something it needs was not measured.
sealed interface Figure {
  Optional<Double> in(Results results);

  /// One median.
  record Median(String work, String proxy, Metric metric) implements Figure {
    @Override
    public Optional<Double> in(Results results) {
      return results.summary(work, proxy, metric).map(Summary::median);
    }
  }

  record Ratio(Figure one, Figure other) implements Figure {
    @Override
    public Optional<Double> in(Results results) {
      return one.in(results).flatMap(a -> other.in(results).filter(b -> b > 0).map(b -> a / b));
    }
  }

  record Difference(Figure one, Figure other) implements Figure {
    @Override
    public Optional<Double> in(Results results) {
      return one.in(results).flatMap(a -> other.in(results).map(b -> a - b));
    }
  }

  /// The largest of those that were measured, at least one.
  record Largest(List<Figure> figures) implements Figure {
    public Largest {
      figures = List.copyOf(figures);
    }

    @Override
    public Optional<Double> in(Results results) {
      Stream<Double> measured = figures.stream().flatMap(figure -> figure.in(results).stream());
      return measured.max(Comparator.naturalOrder());
    }
  }
}
