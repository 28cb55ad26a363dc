package io.sallyport.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.loadtest.report.Budget.Verdict;
import io.sallyport.loadtest.work.Work;
import io.sallyport.loadtest.work.Works;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BudgetsTest {
  private static Verdict everythingOnH2(Results results) {
    return Budgets.all().stream()
        .filter(budget -> budget.says().startsWith("everything on, h2, 1 KiB, beside nginx"))
        .findFirst()
        .orElseThrow()
        .judge(results);
  }

  @Test
  void aRatioOfMediansAtItsBoundIsMet() {
    Results results = RunFixture.cpu(new Results(), "h2-1k-checks", "sallyport", 90, 20, 30);
    RunFixture.cpu(results, "h2-1k-bare", "nginx", 10, 30, 40);

    assertThat(everythingOnH2(results)).isEqualTo(new Verdict.Met(1.0));
  }

  @Test
  void aRatioAboveItsBoundIsMissed() {
    Results results = RunFixture.cpu(new Results(), "h2-1k-checks", "sallyport", 45);
    RunFixture.cpu(results, "h2-1k-bare", "nginx", 30);

    assertThat(everythingOnH2(results)).isEqualTo(new Verdict.Missed(1.5));
  }

  @Test
  void whatLacksOneSideIsNotMeasured() {
    Results results = RunFixture.cpu(new Results(), "h2-1k-checks", "sallyport", 45);

    assertThat(everythingOnH2(results)).isEqualTo(new Verdict.NotMeasured());
  }

  @Test
  void aProxyThatAnsweredWronglyHasNoFigures() {
    Results results = RunFixture.cpu(new Results(), "h2-1k-checks", "sallyport", 20);
    RunFixture.cpu(results, "h2-1k-bare", "nginx", 30);

    results.gap("h2-1k-checks", "sallyport", "7 of 100 requests were answered 200");

    assertThat(everythingOnH2(results)).isEqualTo(new Verdict.NotMeasured());
  }

  @Test
  void theLargestOfMemoriesCounts() {
    Figure largest =
        new Figure.Largest(
            Stream.of("h1-1k-bare", "h2-1k-bare", "h2-64k-bare")
                .<Figure>map(
                    work ->
                        new Figure.Median(
                            work, "sallyport", io.sallyport.loadtest.measure.Metric.CPU))
                .toList());
    Results results = RunFixture.cpu(new Results(), "h1-1k-bare", "sallyport", 200);
    RunFixture.cpu(results, "h2-1k-bare", "sallyport", 240);

    assertThat(largest.in(results)).contains(240.0);
  }

  @Test
  void everyBudgetSpeaksOfWorksThatThereAre() {
    List<String> labels = Works.all().stream().map(Work::label).toList();

    assertThat(Budgets.all())
        .allSatisfy(budget -> assertThat(works(budget.figure())).isSubsetOf(labels));
  }

  private static List<String> works(Figure figure) {
    return switch (figure) {
      case Figure.Median median -> List.of(median.work());
      case Figure.Ratio(Figure one, Figure other) ->
          Stream.of(one, other).flatMap(each -> works(each).stream()).toList();
      case Figure.Difference(Figure one, Figure other) ->
          Stream.of(one, other).flatMap(each -> works(each).stream()).toList();
      case Figure.Largest(List<Figure> figures) ->
          figures.stream().flatMap(each -> works(each).stream()).toList();
    };
  }
}
