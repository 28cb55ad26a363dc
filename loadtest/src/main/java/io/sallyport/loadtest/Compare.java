package io.sallyport.loadtest;

import io.sallyport.loadtest.Load.Protocol;
import io.sallyport.loadtest.Load.Round;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Sallyport with every check on, beside nginx doing plain TLS proxying: CPU microseconds per
/// request, as a ratio in one run. Core 0 is the proxy's; backend and load generator share core 1.
/// Rounds are interleaved, so that what else the machine does meets both. `loadtest/compare` runs
/// it.
public final class Compare {
  private static final int PROXY_CORE = 0;
  private static final int OTHER_CORE = 1;
  private static final int ROUNDS = 5;
  private static final int REQUESTS = 60_000;
  private static final int WARM_UP = 150_000;

  private record Work(Protocol protocol, String path) {
    String label() {
      return protocol.label() + " " + path.substring(1);
    }

    Load load(int requests) {
      return new Load(protocol, path, path.endsWith("64k") ? requests / 4 : requests, 32, 8);
    }
  }

  private Compare() {}

  /// @param args the launcher's path
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("sallyport-compare");
    // Started processes end with this one, however it ends.
    List<Proxy> started = new ArrayList<>();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  started.forEach(Proxy::close);
                  delete(folder);
                }));
    Workplace place = Workplace.make(folder);
    Proxy backend =
        Proxy.start(
            "backend",
            OTHER_CORE,
            place.backendPort(),
            folder,
            List.of("nginx", "-c", place.backendConfiguration().toString()));
    started.add(backend);
    backend.awaitReady(folder, "", Duration.ofSeconds(10));

    int nginxPort = Workplace.freePort();
    Proxy nginx =
        Proxy.start(
            "nginx",
            PROXY_CORE,
            nginxPort,
            folder,
            List.of("nginx", "-c", place.nginxConfiguration(nginxPort).toString()));
    started.add(nginx);
    nginx.awaitReady(folder, "", Duration.ofSeconds(10));

    Proxy sallyport = sallyport(args[0], place);
    started.add(sallyport);
    sallyport.awaitReady(folder, "sallyport ready", Duration.ofMinutes(5));

    List<Work> works =
        Stream.of("/1k", "/64k")
            .flatMap(path -> Stream.of(Protocol.values()).map(p -> new Work(p, path)))
            .toList();
    for (Work work : works) {
      System.err.println("warming up: " + work.label());
      work.load(WARM_UP).send(sallyport, OTHER_CORE, place.token());
    }
    Map<Work, Map<Proxy, List<Round>>> results = new LinkedHashMap<>();
    for (int round = 1; round <= ROUNDS; round++) {
      for (Work work : works) {
        for (Proxy proxy : List.of(nginx, sallyport)) {
          System.err.printf(
              Locale.ROOT, "round %d of %d: %s %s%n", round, ROUNDS, work.label(), proxy.name());
          results
              .computeIfAbsent(work, w -> new LinkedHashMap<>())
              .computeIfAbsent(proxy, p -> new ArrayList<>())
              .add(work.load(REQUESTS).send(proxy, OTHER_CORE, place.token()));
        }
      }
    }
    print(results, nginx, sallyport);
  }

  private static Proxy sallyport(String launcher, Workplace place) throws Exception {
    int port = Workplace.freePort();
    List<String> command =
        List.of(
            launcher,
            "run",
            "--bundle",
            place.bundle().toString(),
            "--sallyport.https.port=" + port,
            "--sallyport.http.port=0",
            "--sallyport.bind-address=127.0.0.1",
            "--sallyport.event-loops=1",
            "--sallyport.zone=a",
            "--sallyport.tls.certificate=" + place.certificate().certificate(),
            "--sallyport.tls.key=" + place.certificate().key(),
            "--sallyport.audit.file=" + place.folder().resolve("audit.jsonl"),
            "--management.server.port=" + Workplace.freePort());
    return Proxy.start("sallyport", PROXY_CORE, port, place.folder(), command);
  }

  private static void print(
      Map<Work, Map<Proxy, List<Round>>> results, Proxy nginx, Proxy sallyport) {
    System.out.println(
        "| work | nginx µs | sallyport µs | ratio | nginx req/s | sallyport req/s |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    results.forEach(
        (work, rounds) -> {
          Round bare = median(rounds.get(nginx));
          Round full = median(rounds.get(sallyport));
          System.out.printf(
              Locale.ROOT,
              "| %s | %.1f | %.1f | %.2f | %.0f | %.0f |%n",
              work.label(),
              bare.cpuMicrosPerRequest(),
              full.cpuMicrosPerRequest(),
              full.cpuMicrosPerRequest() / bare.cpuMicrosPerRequest(),
              bare.requestsPerSecond(),
              full.requestsPerSecond());
        });
    System.out.printf(
        Locale.ROOT,
        "%nCPU µs per request, median of %d interleaved rounds, proxy on one core. Resident: nginx %d MiB, sallyport %d"
            + " MiB.%n",
        ROUNDS,
        nginx.residentMiB(),
        sallyport.residentMiB());
  }

  private static Round median(@org.jspecify.annotations.Nullable List<Round> rounds) {
    if (rounds == null) {
      throw new IllegalStateException("no rounds");
    }
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort(Comparator.comparingDouble(Round::cpuMicrosPerRequest));
    return sorted.get(sorted.size() / 2);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (java.io.IOException e) {
      System.err.println("left behind: " + folder);
    }
  }
}
