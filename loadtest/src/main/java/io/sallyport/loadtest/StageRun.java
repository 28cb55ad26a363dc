package io.sallyport.loadtest;

import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.process.Started;
import io.sallyport.loadtest.proxy.ProxyKind;
import io.sallyport.loadtest.proxy.Running;
import io.sallyport.loadtest.proxy.Setup;
import io.sallyport.loadtest.proxy.Site;
import io.sallyport.loadtest.report.Results;
import io.sallyport.loadtest.work.Load;
import io.sallyport.loadtest.work.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One stage of a run: the proxies that are alive together, and their works.
final class StageRun {
  private static final Duration READY = Duration.ofMinutes(2);

  /// Two passes of a warm-up agree when the works differ by less, on average.
  private static final double AGREE = 0.03;

  private static final int WARM_UPS_AT_MOST = 8;

  private final Stage stage;
  private final Options options;
  private final Site site;
  private final Started started;
  private final Rounds rounds;
  private final Results results;
  private final Progress progress;
  private final Setup setup;
  private final String generatorCores;
  private final Map<ProxyKind, Running> running = new LinkedHashMap<>();

  StageRun(
      Stage stage,
      Options options,
      Site site,
      Started started,
      Rounds rounds,
      Results results,
      Progress progress) {
    this.stage = stage;
    this.options = options;
    this.site = site;
    this.started = started;
    this.rounds = rounds;
    this.results = results;
    this.progress = progress;
    setup = stage.setup(options.cores());
    generatorCores = stage.generatorCores(options.cores());
  }

  void run(List<Plan.Cell> cells) throws Exception {
    progress.say("stage: " + stage.says());
    if (stage == Stage.START) {
      starts(cells);
      return;
    }
    try {
      start(cells);
      for (ProxyKind kind : List.copyOf(running.keySet())) {
        warmUp(kind, cells.stream().filter(cell -> cell.kind().equals(kind)).toList());
      }
      // What leaves heaps and caches in another state comes after what is counted per request.
      interleaved(cells.stream().filter(cell -> !lasting(cell.work().load())).toList());
      interleaved(cells.stream().filter(cell -> lasting(cell.work().load())).toList());
    } finally {
      running.values().forEach(proxy -> started.end(proxy.process()));
    }
  }

  private static boolean lasting(Load load) {
    return switch (load) {
      case Load.Requests r -> false;
      case Load.Callers c -> false;
      case Load.Handshakes h -> false;
      case Load.FirstAnswer f -> false;
      case Load.FixedRate r -> true;
      case Load.Idle i -> true;
    };
  }

  private void start(List<Plan.Cell> cells) throws InterruptedException {
    for (ProxyKind kind : cells.stream().map(Plan.Cell::kind).distinct().toList()) {
      progress.say("starting " + kind.name());
      try {
        Running proxy = kind.start(site, setup, started);
        running.put(kind, proxy);
        awaitListening(proxy);
      } catch (IOException | NotMeasured e) {
        String why = "did not start: " + e.getMessage();
        cells.stream().filter(cell -> cell.kind().equals(kind)).forEach(cell -> gap(cell, why));
      }
    }
  }

  private void awaitListening(Running proxy) throws IOException, InterruptedException, NotMeasured {
    long end = System.nanoTime() + READY.toNanos();
    while (!proxy.listens()) {
      if (!proxy.process().isAlive() || System.nanoTime() > end) {
        throw new NotMeasured(started.said(proxy.name()));
      }
      Thread.sleep(20);
    }
  }

  private void interleaved(List<Plan.Cell> cells) {
    int most = cells.stream().mapToInt(Plan.Cell::rounds).max().orElse(0);
    for (int round = 1; round <= most; round++) {
      for (Plan.Cell cell : cells) {
        if (round <= cell.rounds() && open(cell)) {
          say("round %d of %d".formatted(round, cell.rounds()), cell);
          measure(cell);
          progress.done(cell.seconds());
        }
      }
    }
  }

  /// Verifies each work, then gives them all in turn until two passes agree: a JVM compiles again
  /// what it compiled for the works before. What is not compiled as it runs is given them once.
  private void warmUp(ProxyKind kind, List<Plan.Cell> cells) {
    cells.forEach(this::verify);
    List<Plan.Cell> passing = cells.stream().filter(cell -> !lasting(cell.work().load())).toList();
    if (kind.compilesAsItRuns()) {
      untilTwoPassesAgree(kind, passing);
    } else {
      pass(1, passing, options.requests() / 4);
    }
    cells.forEach(cell -> progress.done(cell.warmUpSeconds()));
  }

  private void verify(Plan.Cell cell) {
    if (open(cell)) {
      say("trying", cell);
      guarded(cell, () -> rounds.verify(cell.work(), proxy(cell), generatorCores));
    }
  }

  private void untilTwoPassesAgree(ProxyKind kind, List<Plan.Cell> cells) {
    Map<Plan.Cell, Double> last = Map.of();
    for (int number = 1; number <= WARM_UPS_AT_MOST; number++) {
      Map<Plan.Cell, Double> now = pass(number, cells, 2 * options.requests());
      if (agree(last, now)) {
        return;
      }
      last = now;
    }
    progress.say(
        "%s is still getting faster after %d passes".formatted(kind.name(), WARM_UPS_AT_MOST));
  }

  private static boolean agree(Map<Plan.Cell, Double> last, Map<Plan.Cell, Double> now) {
    double change =
        now.entrySet().stream()
            .mapToDouble(
                entry -> 1 - entry.getValue() / last.getOrDefault(entry.getKey(), Double.MAX_VALUE))
            .average()
            .orElse(0);
    return change < AGREE;
  }

  /// Each work once.
  ///
  /// @return what a request of each cost
  private Map<Plan.Cell, Double> pass(int number, List<Plan.Cell> cells, int requests) {
    Map<Plan.Cell, Double> costs = new LinkedHashMap<>();
    for (Plan.Cell cell : cells) {
      if (open(cell)) {
        say("warming up, pass %d".formatted(number), cell);
        guarded(
            cell,
            () -> {
              Double cpu =
                  rounds
                      .round(cell.work(), proxy(cell), requests, generatorCores)
                      .getFirst()
                      .get(Metric.CPU);
              if (cpu != null) {
                costs.put(cell, cpu);
              }
            });
      }
    }
    return costs;
  }

  private void guarded(Plan.Cell cell, Step step) {
    try {
      step.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gap(cell, "interrupted");
    } catch (Exception e) {
      gap(cell, why(e));
    }
  }

  @FunctionalInterface
  private interface Step {
    void call() throws Exception;
  }

  private void starts(List<Plan.Cell> cells) {
    FirstAnswers answers = new FirstAnswers(site, started);
    int most = cells.stream().mapToInt(Plan.Cell::rounds).max().orElse(0);
    // Round 0 is not counted: files are read, and this program learns to speak TLS.
    for (int round = 0; round <= most; round++) {
      for (Plan.Cell cell : cells) {
        if (open(cell) && cell.work().load() instanceof Load.FirstAnswer(String path)) {
          say("start %d of %d".formatted(round, cell.rounds()), cell);
          try {
            Map<Metric, Double> figures = answers.round(cell.kind(), setup, cell.work().path(path));
            if (round > 0) {
              results.add(cell.work().label(), cell.kind().name(), figures);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            gap(cell, "interrupted");
          } catch (IOException | NotMeasured e) {
            gap(cell, why(e));
          }
          progress.done(cell.seconds());
        }
      }
    }
  }

  private void measure(Plan.Cell cell) {
    guarded(
        cell,
        () ->
            rounds
                .round(cell.work(), proxy(cell), options.requests(), generatorCores)
                .forEach(figures -> results.add(cell.work().label(), cell.kind().name(), figures)));
  }

  /// Whether this cell may still be measured.
  private boolean open(Plan.Cell cell) {
    if (started.over() || results.hasGap(cell.work().label(), cell.kind().name())) {
      return false;
    }
    if (progress.elapsed().compareTo(options.atMost()) > 0) {
      // Rounds that were made stay; what has none is a gap.
      if (results.summaries(new Results.Cell(cell.work().label(), cell.kind().name())).isEmpty()) {
        gap(cell, "the run was out of time");
      }
      return false;
    }
    return true;
  }

  private Running proxy(Plan.Cell cell) throws NotMeasured {
    Running proxy = running.get(cell.kind());
    if (proxy == null || !proxy.process().isAlive()) {
      throw new NotMeasured("it has ended");
    }
    return proxy;
  }

  private void gap(Plan.Cell cell, String why) {
    if (started.over()) {
      return;
    }
    say("NOT MEASURED: " + why.lines().findFirst().orElse(""), cell);
    results.gap(cell.work().label(), cell.kind().name(), why);
  }

  private void say(String what, Plan.Cell cell) {
    progress.say(what + ": " + cell.work().label() + " " + cell.kind().name());
  }

  private static String why(Exception e) {
    return switch (e) {
      case NotMeasured reason -> reason.why();
      case UncheckedIOException gone -> "it has ended: " + gone.getMessage();
      case Exception other -> other.toString();
    };
  }
}
