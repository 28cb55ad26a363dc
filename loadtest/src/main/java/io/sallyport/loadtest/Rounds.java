package io.sallyport.loadtest;

import io.sallyport.loadtest.measure.H2Load;
import io.sallyport.loadtest.measure.H2LoadOutput;
import io.sallyport.loadtest.measure.Metric;
import io.sallyport.loadtest.measure.Protocol;
import io.sallyport.loadtest.measure.Usage;
import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Ended;
import io.sallyport.loadtest.process.Started;
import io.sallyport.loadtest.proxy.Running;
import io.sallyport.loadtest.proxy.Service;
import io.sallyport.loadtest.proxy.Site;
import io.sallyport.loadtest.work.Credential;
import io.sallyport.loadtest.work.Load;
import io.sallyport.loadtest.work.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes rounds: gives a proxy some work and reads what it cost. A round in which anything was
/// answered otherwise than the work expects is not measured.
final class Rounds {
  private static final Duration AT_MOST = Duration.ofMinutes(2);
  private static final int CONNECTIONS = 32;
  private static final int STREAMS = 8;

  /// Each connection asks for all addresses of a list in turn: few connections come round.
  private static final int LIST_CONNECTIONS = 4;

  private static final int LIST_STREAMS = 64;
  private static final int UPLOAD_ANSWER = 2;

  /// Handshakes at a time; the first of each has no session to resume.
  private static final int AT_A_TIME = 8;

  private static final int IDLE_STEPS = 3;

  private final Site site;
  private final Started started;
  private final Generators generators;
  private final Map<String, Path> lists = new HashMap<>();
  private final Map<Integer, Path> tokens = new HashMap<>();

  Rounds(Site site, Started started, Generators generators) {
    this.site = site;
    this.started = started;
    this.generators = generators;
  }

  /// Asks for little, to see that it is answered as the work expects.
  void verify(Work work, Running proxy, String cores) throws Exception {
    switch (work.load()) {
      case Load.Requests requests -> send(work, requests, proxy, LIST_CONNECTIONS, cores);
      case Load.Callers callers -> verify(work, callers.protocol(), proxy, cores);
      case Load.FixedRate rate -> verify(work, rate.protocol(), proxy, cores);
      case Load.Handshakes handshakes -> verify(work, Protocol.H1, proxy, cores);
      case Load.Idle idle -> verify(work, idle.protocol(), proxy, cores);
      case Load.FirstAnswer first -> verify(work, Protocol.H1, proxy, cores);
    }
    if (work.service() == Service.CHECKS || work.service() == Service.H2C_CHECKS) {
      refuses(work, proxy, Credential.NONE, 401, cores);
      refuses(work, proxy, Credential.BAD_SIGNATURE, 401, cores);
      refuses(work, proxy, Credential.DENIED, 403, cores);
    }
  }

  private void verify(Work work, Protocol protocol, Running proxy, String cores) throws Exception {
    send(work, new Load.Requests(protocol, "1k", 0, Credential.GOOD, 200, 1), proxy, 1, cores);
  }

  private void refuses(Work work, Running proxy, Credential credential, int status, String cores)
      throws Exception {
    send(work, new Load.Requests(Protocol.H2, "1k", 0, credential, status, 1), proxy, 1, cores);
  }

  /// Makes one round.
  ///
  /// @param requests of small answers; what is larger or slower is sent less often
  /// @return what it came to; several figures of one kind when it is made of several steps
  List<Map<Metric, Double>> round(Work work, Running proxy, int requests, String cores)
      throws Exception {
    proxy.trimRecords();
    return switch (work.load()) {
      case Load.Requests load -> List.of(requests(work, load, proxy, requests, cores));
      case Load.Callers load -> List.of(callers(work, load, proxy, requests, cores));
      case Load.FixedRate load -> List.of(fixedRate(work, load, proxy, cores));
      case Load.Handshakes load -> List.of(handshakes(work, load, proxy, requests, cores));
      case Load.Idle load -> idle(work, load, proxy, cores);
      case Load.FirstAnswer load ->
          throw new IllegalArgumentException(work.label() + " is not for a process that runs");
    };
  }

  private Map<Metric, Double> requests(
      Work work, Load.Requests load, Running proxy, int requests, String cores) throws Exception {
    int count = Math.max(CONNECTIONS, (int) (requests * proxy.kind().pace() / load.divisor()));
    Usage before = proxy.usage();
    H2LoadOutput seen = send(work, load, proxy, count, cores);
    return cost(proxy, before, count, seen.requestsPerSecond());
  }

  private H2LoadOutput send(Work work, Load.Requests load, Running proxy, int count, String cores)
      throws Exception {
    boolean listed = load.count() > 0;
    int port = proxy.port(work.service());
    H2Load command =
        new H2Load(
            port,
            "localhost",
            load.protocol(),
            work.path(load.path()),
            listed ? list(work, port, load.count()) : null,
            count,
            listed ? LIST_CONNECTIONS : CONNECTIONS,
            listed ? LIST_STREAMS : STREAMS,
            load.uploads() ? site.upload() : null,
            token(load.credential()));
    Ended ended = started.run(Cores.pinned(cores, command.command()), AT_MOST);
    if (!ended.well()) {
      throw new NotMeasured("h2load: " + ended.firstLine());
    }
    H2LoadOutput seen = H2LoadOutput.parse(ended.output());
    expect(load, count, seen);
    return seen;
  }

  private static void expect(Load.Requests load, int count, H2LoadOutput seen) throws NotMeasured {
    int wanted = load.status() < 300 ? seen.answers2xx() : seen.answers4xx();
    if (wanted != count) {
      throw new NotMeasured(
          "%d of %d requests were answered %d: %s".formatted(wanted, count, load.status(), seen));
    }
    if (!seen.protocol().equals(load.protocol().alpn())) {
      throw new NotMeasured("spoke '%s'".formatted(seen.protocol()));
    }
    long body =
        load.uploads() ? UPLOAD_ANSWER : load.path().equals("64k") ? Site.LARGE : Site.SMALL;
    if (load.status() == 200 && seen.bodyBytes() != body * count) {
      throw new NotMeasured(
          "%d bytes of answers, expected %d".formatted(seen.bodyBytes(), body * count));
    }
  }

  private Map<Metric, Double> callers(
      Work work, Load.Callers load, Running proxy, int requests, String cores) throws Exception {
    int count = Math.max(requests, Site.MANY_TOKENS);
    List<String> arguments =
        Generators.target(proxy.port(work.service()), work.path(load.path()), load.protocol(), 200);
    arguments.addAll(
        List.of(
            "--requests",
            String.valueOf(count),
            "--connections",
            String.valueOf(CONNECTIONS),
            "--streams",
            String.valueOf(STREAMS),
            "--tokens",
            tokens(load.tokens()).toString()));
    Usage before = proxy.usage();
    JsonNode seen = generators.run(cores, "ClosedLoop", arguments, AT_MOST);
    noErrors(seen);
    return cost(proxy, before, count, count / seen.path("seconds").asDouble());
  }

  private Map<Metric, Double> fixedRate(Work work, Load.FixedRate load, Running proxy, String cores)
      throws Exception {
    List<String> arguments =
        Generators.target(proxy.port(work.service()), work.path(load.path()), load.protocol(), 200);
    arguments.addAll(
        List.of(
            "--rate",
            String.valueOf(load.rate()),
            "--seconds",
            String.valueOf(load.seconds()),
            "--connections",
            String.valueOf(CONNECTIONS),
            "--header",
            "authorization: Bearer " + token(Credential.GOOD)));
    JsonNode seen = generators.run(cores, "OpenLoop", arguments, AT_MOST);
    noErrors(seen);
    Map<Metric, Double> round = new EnumMap<>(Metric.class);
    round.put(Metric.P50, seen.path("p50Micros").asDouble());
    round.put(Metric.P99, seen.path("p99Micros").asDouble());
    round.put(Metric.P999, seen.path("p999Micros").asDouble());
    round.put(Metric.SLOWEST, seen.path("maxMicros").asDouble());
    return round;
  }

  private Map<Metric, Double> handshakes(
      Work work, Load.Handshakes load, Running proxy, int requests, String cores) throws Exception {
    // A handshake costs as much as a dozen requests, or more.
    int count = Math.max(200, requests / 20);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--port",
                String.valueOf(proxy.port(work.service())),
                "--server-name",
                "localhost",
                "--count",
                String.valueOf(count),
                "--concurrency",
                String.valueOf(AT_A_TIME)));
    if (load.resumed()) {
      arguments.add("--resume");
    }
    Usage before = proxy.usage();
    JsonNode seen = generators.run(cores, "Handshakes", arguments, AT_MOST);
    int resumed = seen.path("resumed").asInt();
    if (seen.path("failed").asInt() > 0) {
      throw new NotMeasured("handshakes failed: " + seen);
    }
    if (load.resumed() ? resumed < count - AT_A_TIME : resumed > 0) {
      throw new NotMeasured("%d of %d sessions were resumed".formatted(resumed, count));
    }
    return cost(proxy, before, count, count / seen.path("seconds").asDouble());
  }

  /// Opens connections on top of those that are open already, some times over: memory that was let
  /// go before would be taken again, and would not show.
  private List<Map<Metric, Double>> idle(Work work, Load.Idle load, Running proxy, String cores)
      throws Exception {
    List<String> arguments =
        List.of(
            "--port",
            String.valueOf(proxy.port(work.service())),
            "--server-name",
            "localhost",
            "--count",
            String.valueOf(load.connections()),
            "--protocol",
            load.protocol().label());
    List<Map<Metric, Double>> steps = new ArrayList<>();
    List<Generators.Held> held = new ArrayList<>();
    try {
      double before = proxy.residentMib();
      for (int step = 0; step < IDLE_STEPS; step++) {
        held.add(generators.hold(cores, arguments, load.connections(), AT_MOST));
        double after = proxy.residentMib();
        // A collection in between may give back more than connections take.
        double grown = Math.max(0, after - before);
        steps.add(Map.of(Metric.CONNECTION, grown * 1024 / load.connections()));
        before = after;
      }
      return steps;
    } finally {
      held.forEach(Generators.Held::close);
    }
  }

  private static void noErrors(JsonNode seen) throws NotMeasured {
    if (seen.path("errors").asInt() > 0) {
      throw new NotMeasured("errors: " + seen);
    }
  }

  private static Map<Metric, Double> cost(
      Running proxy, Usage before, int count, double requestsPerSecond) throws NotMeasured {
    try {
      Usage after = proxy.usage();
      double cpu = after.secondsSince(before) * 1e6 / count;
      double user = after.userShareSince(before);
      Map<Metric, Double> round = new EnumMap<>(Metric.class);
      round.put(Metric.CPU, cpu);
      round.put(Metric.USER, cpu * user);
      round.put(Metric.SYSTEM, cpu * (1 - user));
      round.put(Metric.RATE, requestsPerSecond);
      round.put(Metric.RESIDENT, proxy.residentMib());
      return round;
    } catch (UncheckedIOException | IllegalStateException e) {
      throw new NotMeasured("it has ended", e);
    }
  }

  private final Map<Credential, String> shown = new EnumMap<>(Credential.class);

  /// One token of each kind for the whole run.
  private @Nullable String token(Credential credential) {
    return credential == Credential.NONE
        ? null
        : shown.computeIfAbsent(credential, kind -> kind.token(site.mint()));
  }

  private Path list(Work work, int port, int count) throws IOException {
    String name = "paths-" + work.service().folder() + "-" + port + "-" + count;
    Path there = lists.get(name);
    if (there != null) {
      return there;
    }
    StringBuilder addresses = new StringBuilder();
    Site.numbered(work.service(), count)
        .forEach(path -> addresses.append("https://localhost:" + port + path + "\n"));
    Path written = site.write(name, addresses.toString());
    lists.put(name, written);
    return written;
  }

  private Path tokens(int count) throws IOException {
    Path there = tokens.get(count);
    if (there != null) {
      return there;
    }
    Path written = site.write("tokens-" + count, String.join("\n", site.mint().many(count)) + "\n");
    tokens.put(count, written);
    return written;
  }
}
