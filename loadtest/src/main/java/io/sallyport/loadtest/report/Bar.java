package io.sallyport.loadtest.report;

/// One bar: a median, with the range that it came from.
///
/// @param series what it stands for; bars of the same series have one colour in all groups
public record Bar(String series, double median, double min, double max) {
  public Bar {
    BarChart.requireText("series", series);
    requireFigure("median", median);
    requireFigure("min", min);
    requireFigure("max", max);
    if (min > median || median > max) {
      throw new IllegalArgumentException(
          "series %s: not min <= median <= max: %s, %s, %s".formatted(series, min, median, max));
    }
  }

  private static void requireFigure(String name, double figure) {
    if (!Double.isFinite(figure) || figure < 0) {
      throw new IllegalArgumentException(name + ": finite and not negative, was " + figure);
    }
  }
}
