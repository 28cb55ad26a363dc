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

  /// Two successive rounds agree when they differ by less.
  private static final double AGREE = 0.05;

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
      cells.forEach(this::warmUp);
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
          measure(cell)
              .forEach(figures -> results.add(cell.work().label(), cell.kind().name(), figures));
          progress.done(cell.seconds());
        }
      }
    }
  }

  /// Verifies, then repeats until two rounds agree. What is not compiled as it runs is asked once,
  /// and what has a warm-up of its own, or needs none, not at all.
  private void warmUp(Plan.Cell cell) {
    if (!open(cell)) {
      return;
    }
    say("warming up", cell);
    try {
      Running proxy = proxy(cell);
      rounds.verify(cell.work(), proxy, generatorCores);
      if (lasting(cell.work().load())) {
        progress.done(cell.warmUpSeconds());
        return;
      }
      if (!cell.kind().compilesAsItRuns()) {
        rounds.round(cell.work(), proxy, options.requests() / 4, generatorCores);
      } else {
        untilTwoAgree(cell, proxy);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gap(cell, "interrupted");
    } catch (Exception e) {
      gap(cell, why(e));
    }
    progress.done(cell.warmUpSeconds());
  }

  private void untilTwoAgree(Plan.Cell cell, Running proxy) throws Exception {
    double last = Double.NaN;
    for (int round = 1; round <= WARM_UPS_AT_MOST; round++) {
      Map<Metric, Double> figures =
          rounds.round(cell.work(), proxy, 2 * options.requests(), generatorCores).getFirst();
      Double cpu = figures.get(Metric.CPU);
      if (cpu == null || Math.abs(cpu - last) < AGREE * last) {
        return;
      }
      last = cpu;
    }
    say("still getting faster after %d rounds".formatted(WARM_UPS_AT_MOST), cell);
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

  private List<Map<Metric, Double>> measure(Plan.Cell cell) {
    try {
      return rounds.round(cell.work(), proxy(cell), options.requests(), generatorCores);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gap(cell, "interrupted");
    } catch (Exception e) {
      gap(cell, why(e));
    }
    return List.of();
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
