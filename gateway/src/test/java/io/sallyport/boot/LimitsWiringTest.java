package io.sallyport.boot;

import static io.sallyport.boot.TestGateway.OPERATOR;
import static io.sallyport.boot.TestGateway.get;
import static io.sallyport.boot.TestGateway.request;
import static io.sallyport.boot.TestGateway.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.cli.RunningGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/// Redis as the settings name it, killed and back; and every meter that the reference page lists.
final class LimitsWiringTest {
  private static final Pattern SCRAPED =
      Pattern.compile(
          "^(sallyport_[a-z_]+?)(_bucket|_count|_sum|_max)?(?:\\{| )", Pattern.MULTILINE);
  private static final Pattern LISTED =
      Pattern.compile("^\\| `(sallyport_[a-z_]+)`", Pattern.MULTILINE);

  @TempDir Path folder;

  @Test
  void limitsOutliveRedisAndEveryMeterIsOnTheReferencePage() throws Exception {
    var test = new TestGateway(folder);
    var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    backend.start();
    var redis = redis(freePort());
    redis.start();
    bundle(test, freePort(), backend.getAddress().getPort());
    try (var gateway =
            GatewayApplication.start(
                test.settings(
                    "--sallyport.zone=a",
                    "--sallyport.redis.uri=redis://127.0.0.1:" + redis.ports().getFirst(),
                    "--sallyport.redis.timeout=2s"));
        var client = test.client()) {
      redisDecides(client, gateway);
      withoutRedisTheLimitsOwnModeAppliesAndIsRecorded(test, client, gateway, redis);
      aDeadEndpointIsTriedElsewhere(client, gateway);
      handshakesAreCountedByWhatCameOfThem(client, gateway);
      theMetersAreThoseOfThePage(client, gateway);
    } finally {
      redis.stop();
      backend.stop(0);
    }
  }

  private static void redisDecides(HttpClient client, RunningGateway gateway) throws Exception {
    until(() -> meters(client, gateway).contains("sallyport_limit_store_up 1.0"));
    assertThat(status(client, gateway, "/limited")).isEqualTo(200);
    assertThat(status(client, gateway, "/limited")).isEqualTo(200);
    var refused = get(client, gateway.httpsPort(), "/limited");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(meters(client, gateway))
        .contains(
            "sallyport_limit_decisions_total{limit=\"hourly\",outcome=\"granted\"} 2.0",
            "sallyport_limit_decisions_total{limit=\"hourly\",outcome=\"exhausted\"} 1.0",
            "sallyport_limit_decisions_total{limit=\"hourly\",outcome=\"degraded\"} 0.0");
  }

  private static void withoutRedisTheLimitsOwnModeAppliesAndIsRecorded(
      TestGateway test, HttpClient client, RunningGateway gateway, RedisServer redis)
      throws Exception {
    redis.stop();
    until(() -> meters(client, gateway).contains("sallyport_limit_store_up 0.0"));

    assertThat(status(client, gateway, "/limited")).isEqualTo(200);
    assertThat(status(client, gateway, "/strict")).isEqualTo(503);
    until(() -> test.audit().contains("\"limits-unavailable\""));
    assertThat(test.audit().lines())
        .anyMatch(
            line -> line.contains("\"/limited\"") && line.contains("\"degraded\":\"hourly\""));

    redis.start();
    until(() -> meters(client, gateway).contains("sallyport_limit_store_up 1.0"));
    assertThat(status(client, gateway, "/strict")).isEqualTo(200);
    assertThat(meters(client, gateway))
        .contains(
            "sallyport_limit_decisions_total{limit=\"hourly\",outcome=\"degraded\"} 1.0",
            "sallyport_limit_decisions_total{limit=\"strict\",outcome=\"unavailable\"} 1.0");
  }

  private static void aDeadEndpointIsTriedElsewhere(HttpClient client, RunningGateway gateway)
      throws Exception {
    for (int i = 0; i < 6; i++) {
      assertThat(status(client, gateway, "/carried")).isEqualTo(204);
    }
  }

  private static void handshakesAreCountedByWhatCameOfThem(
      HttpClient client, RunningGateway gateway) throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    new Socket(loopback, gateway.httpsPort()).close();
    try (var plain = new Socket(loopback, gateway.httpsPort())) {
      plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      until(
          () ->
              meters(client, gateway)
                  .contains("sallyport_tls_handshake_failures_total{why=\"failed\"} 1.0"));
    }
    until(
        () ->
            meters(client, gateway)
                .contains("sallyport_tls_handshake_failures_total{why=\"closed\"} 1.0"));
    assertThat(meters(client, gateway))
        .containsPattern(
            "sallyport_tls_handshakes_total\\{group=\"[A-Za-z0-9-]+\",protocol=\"TLSv1.3\"} 1.0")
        .contains("sallyport_listener_connections 1.0", "sallyport_listener_bytes_in_flight 0.0");
  }

  private static void theMetersAreThoseOfThePage(HttpClient client, RunningGateway gateway)
      throws Exception {
    var scraped = new TreeSet<String>();
    SCRAPED.matcher(meters(client, gateway)).results().forEach(each -> scraped.add(each.group(1)));
    var listed = new TreeSet<String>();
    var page = Files.readString(Path.of("../docs/reference/metrics.md"));
    LISTED.matcher(page).results().forEach(each -> listed.add(each.group(1)));

    assertThat(listed).isEqualTo(scraped);
  }

  private static int status(HttpClient client, RunningGateway gateway, String path)
      throws Exception {
    return get(client, gateway.httpsPort(), path).statusCode();
  }

  private static String meters(HttpClient client, RunningGateway gateway) throws Exception {
    var request =
        request(gateway.managementPort(), "/metrics")
            .header("Authorization", "Bearer " + OPERATOR.token());
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }

  private static void bundle(TestGateway test, int dead, int alive) throws IOException {
    test.write(
        "routes/routes.yaml",
        """
        apiVersion: sallyport/v1
        kind: Routes
        upstreams:
          - id: backend
            endpoints:
              - { address: "127.0.0.1:%d", zone: a }
              - { address: "127.0.0.1:%d", zone: b }
        routes:
          - id: limited
            match: { host: localhost, path: /limited }
            policy: open
            limits: [ hourly ]
            respond: { status: 200 }
          - id: strict
            match: { host: localhost, path: /strict }
            policy: open
            limits: [ strict ]
            respond: { status: 200 }
          - id: carried
            match: { host: localhost, path: /carried }
            policy: open
            upstream: backend
        """
            .formatted(dead, alive));
    test.write(
        "policies/policies.yaml",
        """
        apiVersion: sallyport/v1
        kind: Policies
        limits:
          - { id: hourly, key: request.host, quota: { requests: 2, per: 1h }, storeDown: local-share }
          - { id: strict, key: request.host, quota: { requests: 2, per: 1h }, storeDown: deny }
        policies:
          - id: open
            authenticate: anonymous
            allow: [ { id: anyone, when: "request.method == 'GET'" } ]
          - id: next
            shadows: open
            authenticate: anonymous
            allow: [ { id: anyone, when: "request.method == 'POST'" } ]
        """);
  }

  private static RedisServer redis(int port) throws IOException {
    return RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
