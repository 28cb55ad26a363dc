package io.sallyport.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BarChartTest {
  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "h2, 1 KiB",
              List.of(
                  new Bar("nginx, bare", 13.42, 13.1, 14.2),
                  new Bar("Sallyport, everything on", 11.9, 11.7, 12.6),
                  new Bar("Envoy, same checks", 58.1, 55.0, 63.4))),
          new Group(
              "h1, 1 KiB <&>",
              List.of(
                  new Bar("nginx, bare", 14.8, 14.8, 14.8),
                  new Bar("Sallyport, everything on", 16.2, 15.9, 16.9),
                  new Bar("Stock Spring Cloud Gateway", 101.2, 97.4, 108.8))));

  @Test
  void drawsTheGoldenChart() throws Exception {
    String golden;
    try (var file = BarChartTest.class.getResourceAsStream("/bar-chart.svg")) {
      golden =
          new String(java.util.Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }

    assertThat(BarChart.svg("CPU per request & \"core\"", "CPU µs per request", GROUPS))
        .isEqualTo(golden);
  }

  @Test
  void isWellFormedWithItsTextAsItWasGiven() throws Exception {
    var svg = BarChart.svg("a < b & \"c\"", "µs", GROUPS);

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getDocumentElement().getAttribute("aria-label")).isEqualTo("a < b & \"c\"");
    assertThat(document.getDocumentElement().getTextContent()).contains("h1, 1 KiB <&>");
  }

  @Test
  void drawsNothingButNoughts() {
    var svg = BarChart.svg("t", "u", List.of(new Group("g", List.of(new Bar("s", 0, 0, 0)))));

    assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, 1, 1",
    "1, NaN, 1",
    "1, 1, NaN",
    "Infinity, 1, Infinity",
    "-1, -1, 1",
    "1, -1, 1",
    "1, 2, 3",
    "4, 2, 3"
  })
  void refusesFiguresThatAreNone(double median, double min, double max) {
    assertThatThrownBy(() -> new Bar("s", median, min, max))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNothingToDraw() {
    assertThatThrownBy(() -> BarChart.svg("t", "u", List.of()))
        .hasMessageContaining("groups: none");
    assertThatThrownBy(() -> new Group("g", List.of())).hasMessageContaining("no bars");
    assertThatThrownBy(() -> BarChart.svg(" ", "u", GROUPS)).hasMessageContaining("title");
    assertThatThrownBy(() -> BarChart.svg("t", "", GROUPS)).hasMessageContaining("unit");
    assertThatThrownBy(() -> new Bar("a\nb", 1, 1, 1)).hasMessageContaining("series");
  }

  @Test
  void refusesASeriesTwiceInAGroup() {
    var bar = new Bar("s", 1, 1, 1);

    assertThatThrownBy(() -> new Group("g", List.of(bar, bar))).hasMessageContaining("twice");
  }

  @Test
  void refusesMoreSeriesThanCanBeToldApart() {
    var nine = IntStream.range(0, 9).mapToObj(i -> new Bar("s" + i, 1, 1, 1)).toList();

    assertThatThrownBy(() -> BarChart.svg("t", "u", List.of(new Group("g", nine))))
        .hasMessageContaining("at most 8");
  }
}
