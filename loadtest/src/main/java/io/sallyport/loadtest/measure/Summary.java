package io.sallyport.loadtest.measure;

import java.util.List;

/// Several rounds of one figure: the median and the range.
public record Summary(double median, double min, double max, int rounds) {
  public Summary {
    if (rounds < 1 || !(min <= median) || !(median <= max)) {
      throw new IllegalArgumentException("not min <= median <= max of at least one round");
    }
  }

  /// The median of an even number of rounds is the mean of the two in the middle.
  public static Summary of(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int size = sorted.size();
    if (size == 0) {
      throw new IllegalArgumentException("rounds: none");
    }
    double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    return new Summary(median, sorted.getFirst(), sorted.getLast(), size);
  }
}
