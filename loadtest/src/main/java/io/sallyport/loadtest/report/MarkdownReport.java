package io.sallyport.loadtest.report;

import com.google.errorprone.annotations.FormatMethod;
import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.measure.Summary;
import io.sallyport.loadtest.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A run as Markdown, for people: ratios first, then every figure with its range, then what was not
/// measured, then the budgets.
public final class MarkdownReport {
  private final Run run;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(Run run) {
    this.run = run;
  }

  public static String write(Run run) {
    MarkdownReport report = new MarkdownReport(run);
    report.head();
    report.matrix("CPU", Metric.CPU, "µs per request; in parentheses the ratio to nginx bare");
    report.matrix("Requests per second", Metric.RATE, "median; the proxy's cores are the bound");
    report.matrix("Latency, p99", Metric.P99, "µs at a fixed rate, free of coordinated omission");
    report.matrix("Idle TLS connections", Metric.CONNECTION, "KiB of resident memory each");
    report.matrix("First answer", Metric.FIRST_ANSWER, "seconds from the start of the process");
    report.details();
    report.gaps();
    report.budgets();
    return report.text.toString();
  }

  private void head() {
    line("# Side by side, %s", run.began().toString().substring(0, 16).replace('T', ' '));
    line("");
    line("| what | |");
    line("| --- | --- |");
    run.machine().facts().forEach((name, value) -> line("| %s | %s |", name, cell(value)));
    run.versions().forEach((name, value) -> line("| %s | %s |", name, cell(value)));
    run.missing().forEach((name, why) -> line("| %s | **missing**: %s |", name, cell(why)));
    line("");
    run.notes().forEach(note -> line("* %s", note));
  }

  /// Works down, proxies across.
  private void matrix(String title, Metric metric, String says) {
    List<String> rows = new ArrayList<>();
    for (Work work : run.works()) {
      List<String> cells = new ArrayList<>();
      for (String proxy : run.proxies()) {
        cells.add(
            run.results()
                .summary(work.label(), proxy, metric)
                .map(s -> with(work, proxy, metric, s))
                .orElse(""));
      }
      if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
        rows.add("| " + work.label() + " | " + String.join(" | ", cells) + " |");
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    line("");
    line("## %s", title);
    line("");
    line("%s.", says);
    line("");
    line("| work | %s |", String.join(" | ", run.proxies()));
    line("| --- |%s", " --- |".repeat(run.proxies().size()));
    rows.forEach(row -> line("%s", row));
  }

  private String with(Work work, String proxy, Metric metric, Summary summary) {
    Optional<Double> ratio = run.results().ratio(work.label(), proxy, work.beside(), metric);
    return number(summary.median())
        + ratio.map(r -> String.format(Locale.ROOT, " (%.2f)", r)).orElse("");
  }

  private void details() {
    line("");
    line("## Every figure");
    line("");
    line("Median, and the range of the rounds in brackets.");
    line("");
    line("| work | proxy | rounds | figures |");
    line("| --- | --- | --- | --- |");
    for (Work work : run.works()) {
      for (String proxy : run.proxies()) {
        Map<Metric, Summary> summaries =
            run.results().summaries(new Results.Cell(work.label(), proxy));
        if (!summaries.isEmpty()) {
          int rounds = summaries.values().stream().mapToInt(Summary::rounds).max().orElse(0);
          List<String> figures = new ArrayList<>();
          summaries.forEach((metric, summary) -> figures.add(ranged(metric, summary)));
          line("| %s | %s | %d | %s |", work.label(), proxy, rounds, String.join("; ", figures));
        }
      }
    }
    line("");
    run.works().forEach(work -> line("* `%s`: %s", work.label(), work.says()));
  }

  private static String ranged(Metric metric, Summary summary) {
    return "%s %s [%s–%s]"
        .formatted(
            metric.says(), number(summary.median()), number(summary.min()), number(summary.max()));
  }

  private void gaps() {
    if (run.results().gaps().isEmpty()) {
      return;
    }
    line("");
    line("## Not measured");
    line("");
    line("| work | proxy | why |");
    line("| --- | --- | --- |");
    run.results().gaps().entrySet().stream()
        .map(
            gap ->
                "| %s | %s | %s |"
                    .formatted(gap.getKey().work(), gap.getKey().proxy(), cell(gap.getValue())))
        .sorted()
        .forEach(row -> line("%s", row));
  }

  private void budgets() {
    line("");
    line("## Budgets");
    line("");
    line("| budget | at most | measured | |");
    line("| --- | --- | --- | --- |");
    for (Budget budget : Budgets.all()) {
      String verdict =
          switch (budget.judge(run.results())) {
            case Budget.Verdict.Met(double measured) -> figure(measured) + " | met |";
            case Budget.Verdict.Missed(double measured) -> figure(measured) + " | **missed** |";
            case Budget.Verdict.NotMeasured() -> " | not measured |";
          };
      line("| %s | %s | %s", budget.says(), number(budget.atMost()), verdict);
    }
  }

  @FormatMethod
  private void line(String pattern, Object... arguments) {
    text.append(String.format(Locale.ROOT, pattern, arguments)).append('\n');
  }

  private static String figure(double figure) {
    return String.format(Locale.ROOT, Math.abs(figure) >= 100 ? "%.0f" : "%.2f", figure);
  }

  /// Three digits that matter, or so.
  private static String number(double figure) {
    double size = Math.abs(figure);
    String pattern = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, pattern, figure);
  }

  /// What stands in a cell of a table: one line, without its border, and not endless.
  private static String cell(String text) {
    String line = text.replaceAll("\\s+", " ").replace("|", "\\|").strip();
    return line.length() <= 300 ? line : line.substring(0, 300) + " …";
  }
}
