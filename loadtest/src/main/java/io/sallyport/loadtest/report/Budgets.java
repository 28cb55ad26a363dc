package io.sallyport.loadtest.report;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.report.Figure.Difference;
import io.sallyport.loadtest.report.Figure.Largest;
import io.sallyport.loadtest.report.Figure.Median;
import io.sallyport.loadtest.report.Figure.Ratio;
import io.sallyport.loadtest.work.Load;
import io.sallyport.loadtest.work.Stage;
import io.sallyport.loadtest.work.Works;
import java.util.ArrayList;
import java.util.List;

/// What Sallyport may cost.
final class Budgets {
  private static final String SALLYPORT = "sallyport";

  private final List<Budget> budgets = new ArrayList<>();

  private Budgets() {}

  static List<Budget> all() {
    Budgets budgets = new Budgets();
    budgets.besideNginx();
    budgets.besideOthers();
    budgets.besideItself();
    budgets.absolute();
    return List.copyOf(budgets.budgets);
  }

  private void besideNginx() {
    nginx("everything on, h2, 1 KiB", "h2-1k-checks", "h2-1k-bare", 1.0);
    nginx("everything on, h1, 1 KiB", "h1-1k-checks", "h1-1k-bare", 1.15);
    nginx("everything on, h2, 64 KiB", "h2-64k-checks", "h2-64k-bare", 1.0);
    nginx("everything on, h1, 64 KiB", "h1-64k-checks", "h1-64k-bare", 1.0);
    nginx(
        "everything on, h2 in, h2c to the backend, 1 KiB", "h2-1k-h2c-checks", "h2-1k-bare", 0.65);
    nginx("bare, h2, 1 KiB", "h2-1k-bare", "h2-1k-bare", 0.75);
    nginx("bare, h1, 1 KiB", "h1-1k-bare", "h1-1k-bare", 1.05);
  }

  private void besideOthers() {
    for (String protocol : List.of("h1", "h2")) {
      ratio(
          "everything on, %s, 1 KiB, beside stock Spring Cloud Gateway".formatted(protocol),
          cpu(protocol + "-1k-checks", SALLYPORT),
          cpu(protocol + "-1k-bare", "stock-scg"),
          0.2);
    }
    ratio(
        "everything on, h1, 1 KiB, beside Envoy with the same checks",
        cpu("h1-1k-checks", SALLYPORT),
        cpu("h1-1k-checks", "envoy"),
        0.3);
    ratio(
        "everything on, h2, 1 KiB, beside Envoy with the same checks",
        cpu("h2-1k-checks", SALLYPORT),
        cpu("h2-1k-checks", "envoy"),
        0.2);
    for (String protocol : List.of("h1", "h2")) {
      ratio(
          "refused with a bad signature, %s, beside Envoy".formatted(protocol),
          cpu(protocol + "-refused-bad-signature", SALLYPORT),
          cpu(protocol + "-refused-bad-signature", "envoy"),
          0.6);
    }
    ratio(
        "a full handshake beside Envoy",
        cpu("handshake-full", SALLYPORT),
        cpu("handshake-full", "envoy"),
        1.0);
  }

  private void besideItself() {
    for (String protocol : List.of("h1", "h2")) {
      ratio(
          "refused without a token, %s, beside an answer".formatted(protocol),
          cpu(protocol + "-refused-no-token", SALLYPORT),
          cpu(protocol + "-1k-checks", SALLYPORT),
          0.6);
    }
    for (String protocol : List.of("h1", "h2")) {
      String work = protocol + "-1k-filtered";
      ratio(
          "through a filter, %s, 1 KiB, beside stock Spring Cloud Gateway".formatted(protocol),
          cpu(work, SALLYPORT),
          cpu(work, "stock-scg"),
          1.0);
    }
    itself("10,000 routes beside one", "routes-10k", "routes-1", 1.05);
    itself("1,000 policies beside one", "policies-1k", "policies-1", 1.05);
    itself("100,000 live tokens beside one", "tokens-100k", "tokens-1", 1.15);
  }

  private void absolute() {
    budgets.add(
        new Budget("resident memory under load on one core, MiB", new Largest(resident()), 256));
    for (String protocol : List.of("h1", "h2")) {
      budgets.add(
          new Budget(
              "an idle TLS connection, %s, KiB".formatted(protocol),
              new Median("idle-" + protocol, SALLYPORT, Metric.CONNECTION),
              20));
    }
    budgets.add(
        new Budget(
            "a limit in Redis over none, CPU µs per request",
            new Difference(cpu("redis-limit", SALLYPORT), cpu("redis-no-limit", SALLYPORT)),
            1));
    budgets.add(
        new Budget(
            "first answer on two cores, s",
            new Median("start", SALLYPORT, Metric.FIRST_ANSWER),
            2));
  }

  private static List<Figure> resident() {
    return Works.all().stream()
        .filter(work -> work.stage() == Stage.ONE_CORE && work.load() instanceof Load.Requests)
        .<Figure>map(work -> new Median(work.label(), SALLYPORT, Metric.RESIDENT))
        .toList();
  }

  private void nginx(String says, String work, String nginx, double atMost) {
    ratio(says + ", beside nginx bare", cpu(work, SALLYPORT), cpu(nginx, "nginx"), atMost);
  }

  private void itself(String says, String many, String one, double atMost) {
    ratio(says, cpu(many, SALLYPORT), cpu(one, SALLYPORT), atMost);
  }

  private void ratio(String says, Figure one, Figure other, double atMost) {
    budgets.add(new Budget(says + ", CPU ratio", new Ratio(one, other), atMost));
  }

  private static Figure cpu(String work, String proxy) {
    return new Median(work, proxy, Metric.CPU);
  }
}
