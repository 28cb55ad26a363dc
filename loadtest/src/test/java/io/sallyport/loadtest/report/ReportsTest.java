package io.sallyport.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportsTest {
  private static Run run() {
    Results results = new Results();
    RunFixture.cpu(results, "h2-1k-bare", "nginx", 36, 40, 38);
    RunFixture.cpu(results, "h2-1k-checks", "sallyport", 19);
    results.gap("h2-1k-h2c-checks", "sallyport", "refused:\n a | b");
    return RunFixture.of(results, "h2-1k-bare", "h2-1k-checks", "h2-1k-h2c-checks");
  }

  @Test
  void markdownSaysWhereAndHowMuchAndWhatIsMissing() {
    String markdown = MarkdownReport.write(run());

    assertThat(markdown)
        .contains("| CPU | A processor |")
        .contains("| haproxy | **missing**: haproxy is not installed |")
        .contains("| h2-1k-bare | 38.0 (1.00) |  |")
        .contains("| h2-1k-checks |  | 19.0 (0.50) |")
        .contains("CPU µs per request 38.0 [36.0–40.0]")
        .contains("| h2-1k-h2c-checks | sallyport | refused: a \\| b |")
        .contains("| everything on, h2, 1 KiB, beside nginx bare, CPU ratio | 1.00 | 0.50 | met |")
        .contains("| first answer on two cores, s | 2.00 |  | not measured |");
  }

  @Test
  void jsonHasEveryMedianWithItsRange() {
    JsonNode json = new JsonMapper().readTree(JsonReport.write(run()));

    assertThat(json.at("/machine/cores").asString()).isEqualTo("2");
    assertThat(json.at("/results/0/proxy").asString()).isEqualTo("nginx");
    assertThat(json.at("/results/0/cpu/median").asDouble()).isEqualTo(38);
    assertThat(json.at("/results/0/cpu/max").asDouble()).isEqualTo(40);
    assertThat(json.at("/results/0/cpu/rounds").asInt()).isEqualTo(3);
    assertThat(json.at("/notMeasured/0/work").asString()).isEqualTo("h2-1k-h2c-checks");
    assertThat(json.at("/budgets/0/verdict").asString()).isEqualTo("met");
  }

  @Test
  void whatWasNotMeasuredHasNoPlot() {
    assertThat(Plots.of(run())).containsOnlyKeys("cpu-1k.svg");
  }
}
