package io.sallyport.loadtest;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Started;
import io.sallyport.loadtest.proxy.Backend;
import io.sallyport.loadtest.proxy.Envoy;
import io.sallyport.loadtest.proxy.HaProxy;
import io.sallyport.loadtest.proxy.Look;
import io.sallyport.loadtest.proxy.Nginx;
import io.sallyport.loadtest.proxy.ProxyKind;
import io.sallyport.loadtest.proxy.RedisServer;
import io.sallyport.loadtest.proxy.Sallyport;
import io.sallyport.loadtest.proxy.Site;
import io.sallyport.loadtest.proxy.StockScg;
import io.sallyport.loadtest.proxy.Variant;
import io.sallyport.loadtest.proxy.Versions;
import io.sallyport.loadtest.report.Machine;
import io.sallyport.loadtest.report.Results;
import io.sallyport.loadtest.report.Run;
import io.sallyport.loadtest.work.Stage;
import io.sallyport.loadtest.work.Work;
import io.sallyport.loadtest.work.Works;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A whole run: looks what there is, then stage by stage starts proxies, sees that they answer
/// rightly, warms them up, and measures in interleaved rounds. What fails is said and left out; the
/// rest goes on.
final class Comparison {
  private static final Duration MOVING = Duration.ofSeconds(10);

  private final Options options;
  private final Path folder;
  private final Started started;
  private final Results results = new Results();
  private final Map<String, String> versions = new TreeMap<>();
  private final Map<String, String> missing = new TreeMap<>();
  private final List<ProxyKind> kinds = new ArrayList<>();
  private final List<Work> works;

  Comparison(Options options, Path folder, Started started) {
    this.options = options;
    this.folder = folder;
    this.started = started;
    works =
        Works.all().stream().filter(work -> options.only().matcher(work.label()).find()).toList();
  }

  Run run() throws Exception {
    if (works.isEmpty()) {
      throw new IllegalArgumentException("no work's label holds " + options.only());
    }
    Instant began = Instant.now();
    look();
    Site site = Site.make(folder);
    Process backend =
        started.serve("backend", Cores.pinned(options.cores().onOther(), Backend.command(site)));
    Rounds rounds = new Rounds(site, started, new Generators(options.java(), started));
    Plan plan = Plan.of(options, works, kinds);
    plan.gaps().forEach(gap -> results.gap(gap.work().label(), gap.kind().name(), gap.why()));
    Progress progress = new Progress(plan.seconds());
    for (Stage stage : Stage.values()) {
      List<Plan.Cell> cells = plan.of(stage);
      if (!cells.isEmpty()) {
        if (stage == Stage.REDIS) {
          redis(site);
        }
        backendOn(backend, stage.generatorCores(options.cores()));
        new StageRun(stage, options, site, started, rounds, results, progress).run(cells);
      }
    }
    return new Run(
        began,
        Instant.now(),
        Machine.here(),
        versions,
        missing,
        kinds.stream().map(ProxyKind::name).toList(),
        works,
        notes(),
        results);
  }

  private void look() throws InterruptedException {
    Path stock = options.root().resolve("loadtest/stock-scg/target/dist/stock-scg.jar");
    List<ProxyKind> all =
        List.of(
            new Nginx(),
            new HaProxy(),
            new Envoy(),
            new StockScg(stock, options.java()),
            new Sallyport(options.root().resolve("sallyport"), folder));
    for (ProxyKind kind : all) {
      if (!options.proxies().isEmpty() && !options.proxies().contains(kind.name())) {
        continue;
      }
      switch (kind.look(started)) {
        case Look.Found(String version) -> {
          versions.put(kind.name(), version);
          kinds.add(kind);
        }
        case Look.Missing(String why) -> {
          missing.put(kind.name(), why);
          System.err.println("compare: without " + kind.name() + ": " + why);
        }
      }
    }
    tool("h2load", "nghttp2/([\\d.]+)", "h2load", "--version");
    tool("redis", "v=([\\d.]+)", "redis-server", "--version");
    tool(
        "commit",
        "(\\S+)",
        "git",
        "-C",
        options.root().toString(),
        "describe",
        "--always",
        "--dirty");
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("no proxy to measure");
    }
  }

  private void tool(String name, String pattern, String... command) throws InterruptedException {
    switch (Versions.ask(started, pattern, command)) {
      case Look.Found(String version) -> versions.put(name, version);
      case Look.Missing(String why) -> missing.put(name, why);
    }
  }

  /// Moves the backend, all its threads and workers, to other cores.
  private void backendOn(Process backend, String cores) throws IOException, InterruptedException {
    List<ProcessHandle> family =
        Stream.concat(Stream.of(backend.toHandle()), backend.descendants()).toList();
    for (ProcessHandle each : family) {
      started.run(List.of("taskset", "-a", "-p", "-c", cores, String.valueOf(each.pid())), MOVING);
    }
  }

  /// A Redis for the works that need one.
  private void redis(Site site) throws IOException {
    try {
      started.serve("redis", Cores.pinned(options.cores().onOther(), RedisServer.command(site)));
    } catch (IOException e) {
      System.err.println("compare: without Redis: " + e.getMessage());
    }
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "%d rounds, interleaved; %,d requests in a round of small answers, fewer of large ones and for slower proxies."
            .formatted(options.rounds(), options.requests()));
    notes.add(
        "The proxy on core %s, backend (nginx) and generator on core %s, unless the work says two cores. TLS 1.3, an ECDSA P-256 certificate, X25519."
            .formatted(options.cores().onProxy(), options.cores().onOther()));
    notes.add(
        "CPU is the process's own, user and system, as the kernel counts it in nanoseconds; how it is split into the two is sampled by the kernel's tick.");
    notes.add(
        "Every answer was counted: one with another status or size makes a work not measured.");
    notes.add(
        "Sallyport runs with bounds raised that one client would reach: "
            + String.join(" ", Sallyport.raised(Variant.PLAIN))
            + "; with 100,000 tokens also "
            + String.join(
                " ",
                Sallyport.raised(Variant.LARGE)
                    .subList(
                        Sallyport.raised(Variant.PLAIN).size(),
                        Sallyport.raised(Variant.LARGE).size()))
            + ".");
    return notes;
  }
}
