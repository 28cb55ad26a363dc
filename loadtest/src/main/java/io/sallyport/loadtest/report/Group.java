package io.sallyport.loadtest.report;

import java.util.List;

/// Bars that are compared with one another, under one label.
///
/// @param bars top to bottom, at least one, each of another series
public record Group(String label, List<Bar> bars) {
  public Group {
    BarChart.requireText("label", label);
    bars = List.copyOf(bars);
    if (bars.isEmpty()) {
      throw new IllegalArgumentException("group " + label + ": no bars");
    }
    if (bars.stream().map(Bar::series).distinct().count() < bars.size()) {
      throw new IllegalArgumentException("group " + label + ": a series comes twice");
    }
  }
}
