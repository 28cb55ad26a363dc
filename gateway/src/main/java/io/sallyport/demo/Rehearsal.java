package io.sallyport.demo;

import io.sallyport.pki.DevelopmentCa;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// A gateway's whole life in some seconds: it starts as a process of its own among the demo's
/// parts, answers on HTTP/1.1 and HTTP/2 what gateways are asked, drains, and ends.
///
/// It is played for the JVM of that process, which is told to write down what it learns (JEP 483,
/// 514, 515); the gateways that start after it begin with that knowledge.
public final class Rehearsal {
  private static final int ROUNDS = 300;
  private static final int AT_A_TIME = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ORDER = "{\"item\":\"lamp\",\"count\":1}";

  private final URI gateway;
  private final URI management;
  private final String operator;
  private final String known;
  private final String unknown;

  private Rehearsal(DemoSettings settings, Demo.OperatorToken operator, DevelopmentIssuer issuer) {
    this.gateway = URI.create("https://localhost:" + settings.httpsPort());
    this.management = URI.create("https://localhost:" + settings.managementPort());
    this.operator = operator.token();
    this.known = issuer.token(Person.ALICE.tokenRequest());
    this.unknown = known.substring(0, known.length() - 8) + "AAAAAAAA";
  }

  /// Plays one and returns when the process has ended.
  ///
  /// @param command what starts a gateway when `run` and settings follow
  /// @param bundle the bundle that ships with the product
  /// @throws DemoProblem when the gateway does not start, does not answer or does not end well
  public static void play(List<String> command, Path bundle, Demo.OperatorToken operator)
      throws DemoProblem, InterruptedException {
    try {
      var folder = Files.createTempDirectory("sallyport-rehearsal");
      try {
        play(command, settings(folder, bundle), operator);
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      throw new DemoProblem("the rehearsal has no folder or no ports: " + e, e);
    }
  }

  private static void play(List<String> command, DemoSettings settings, Demo.OperatorToken operator)
      throws DemoProblem, IOException, InterruptedException {
    var actor = new ChildGateway(command, settings.state().resolve("gateway.log"));
    try (var demo = Demo.start(settings, operator, actor);
        var http =
            HttpClient.newBuilder()
                .sslContext(DevelopmentCa.load(settings.pki()).clientContext())
                .connectTimeout(PATIENCE)
                .build()) {
      new Rehearsal(settings, operator, demo.issuer()).requests(http);
    }
    actor.endedWell();
  }

  private void requests(HttpClient http) throws DemoProblem {
    for (var version : HttpClient.Version.values()) {
      var all = new ArrayList<HttpRequest>();
      all.add(get("/orders?tenant=acme", known).build());
      all.add(get("/v0/orders/1?tenant=acme", known).build());
      all.add(get("/orders?tenant=acme", known).POST(BodyPublishers.ofString(ORDER)).build());
      all.add(get("/orders?tenant=globex", known).build());
      all.add(get("/orders?tenant=acme", unknown).build());
      all.add(get("/orders?tenant=acme", "").build());
      all.add(get("/nowhere", known).build());
      all.add(get("/healthz", "").build());
      play(http, version, all, ROUNDS);
    }
    var pages =
        List.of(
            page("/ready").build(),
            page("/metrics").header("Authorization", "Bearer " + operator).build());
    play(http, HttpClient.Version.HTTP_1_1, pages, 1);
  }

  private static void play(
      HttpClient http, HttpClient.Version version, List<HttpRequest> requests, int rounds)
      throws DemoProblem {
    for (int round = 0; round < rounds; round += AT_A_TIME) {
      for (HttpRequest request : requests) {
        var versioned = HttpRequest.newBuilder(request, (_, _) -> true).version(version).build();
        var answers =
            IntStream.range(0, Math.min(AT_A_TIME, rounds))
                .mapToObj(_ -> http.sendAsync(versioned, BodyHandlers.discarding()))
                .toArray(CompletableFuture[]::new);
        try {
          CompletableFuture.allOf(answers).join();
        } catch (RuntimeException e) {
          throw new DemoProblem("no answer to " + request + ": " + e.getCause(), e);
        }
      }
    }
  }

  private HttpRequest.Builder get(String path, String token) {
    var request = HttpRequest.newBuilder(gateway.resolve(path)).timeout(PATIENCE);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpRequest.Builder page(String path) {
    return HttpRequest.newBuilder(management.resolve(path)).timeout(PATIENCE);
  }

  private static DemoSettings settings(Path folder, Path bundle) throws IOException {
    var ports = new ArrayList<Integer>();
    var sockets = new ArrayList<ServerSocket>();
    for (int i = 0; i < 4; i++) {
      var socket = new ServerSocket(0);
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (var socket : sockets) {
      socket.close();
    }
    return new DemoSettings(
        folder, bundle, ports.get(0), 0, ports.get(1), ports.get(2), ports.get(3));
  }

  private static void remove(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
