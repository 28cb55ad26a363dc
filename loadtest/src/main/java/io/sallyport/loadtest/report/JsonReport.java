package io.sallyport.loadtest.report;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.measure.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A run as JSON, for programs: every median with its range.
public final class JsonReport {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonReport() {}

  public static String write(Run run) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("began", run.began().toString());
    document.put("ended", run.ended().toString());
    document.put("machine", run.machine().facts());
    document.put("versions", run.versions());
    document.put("missing", run.missing());
    document.put("notes", run.notes());
    document.put(
        "works",
        run.works().stream()
            .map(work -> Map.of("label", work.label(), "says", work.says()))
            .toList());
    document.put("results", results(run.results()));
    document.put("notMeasured", gaps(run.results()));
    document.put("budgets", budgets(run.results()));
    return MAPPER.writeValueAsString(document) + "\n";
  }

  private static List<Object> results(Results results) {
    List<Object> cells = new ArrayList<>();
    for (Results.Cell cell : results.cells()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("work", cell.work());
      entry.put("proxy", cell.proxy());
      results.summaries(cell).forEach((metric, summary) -> entry.put(name(metric), of(summary)));
      cells.add(entry);
    }
    return cells;
  }

  private static Map<String, Object> of(Summary summary) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("median", rounded(summary.median()));
    entry.put("min", rounded(summary.min()));
    entry.put("max", rounded(summary.max()));
    entry.put("rounds", summary.rounds());
    return entry;
  }

  private static List<Object> gaps(Results results) {
    return results.gaps().entrySet().stream()
        .<Object>map(
            gap ->
                Map.of(
                    "work",
                    gap.getKey().work(),
                    "proxy",
                    gap.getKey().proxy(),
                    "why",
                    gap.getValue()))
        .toList();
  }

  private static List<Object> budgets(Results results) {
    List<Object> entries = new ArrayList<>();
    for (Budget budget : Budgets.all()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("budget", budget.says());
      entry.put("atMost", budget.atMost());
      switch (budget.judge(results)) {
        case Budget.Verdict.Met(double measured) -> {
          entry.put("measured", rounded(measured));
          entry.put("verdict", "met");
        }
        case Budget.Verdict.Missed(double measured) -> {
          entry.put("measured", rounded(measured));
          entry.put("verdict", "missed");
        }
        case Budget.Verdict.NotMeasured() -> entry.put("verdict", "not measured");
      }
      entries.add(entry);
    }
    return entries;
  }

  private static String name(Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  private static double rounded(double figure) {
    return Math.round(figure * 1000) / 1000.0;
  }
}
