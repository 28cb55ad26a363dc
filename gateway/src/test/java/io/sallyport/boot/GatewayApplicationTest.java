package io.sallyport.boot;

import static io.sallyport.boot.TestGateway.OPERATOR;
import static io.sallyport.boot.TestGateway.get;
import static io.sallyport.boot.TestGateway.request;
import static io.sallyport.boot.TestGateway.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.cli.RunningGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayApplicationTest {
  @TempDir Path folder;

  @Test
  void itServesReloadsRenewsItsCertificateAndDrains() throws Exception {
    var test = new TestGateway(folder);
    var arrived = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var backend = slowBackend(arrived, release);
    test.bundle("one", backend.getAddress().getPort());
    var gateway =
        GatewayApplication.start(
            test.settings(
                "--sallyport.drain.delay=300ms",
                "--sallyport.bundle.last-good=" + folder.resolve("kept")));
    try (var client = test.client()) {
      assertThat(get(client, gateway.httpsPort(), "/hello").body()).isEqualTo("one");
      assertThat(gateway.address()).isEqualTo("https://localhost:" + gateway.httpsPort());
      theManagementPortLivesByTheSameLaw(client, gateway);
      aReloadTakesEffectOrNothingDoes(test, client, gateway, backend.getAddress().getPort());
      aNewCertificateServesNewConnections(test, client, gateway);
      aDrainFinishesWhatIsUnderWay(client, gateway, arrived, release);
      assertThat(test.audit())
          .contains("\"bundle-loaded\"", "CHANGE-2", "\"bundle-refused\"", "certificates-replaced");
    } finally {
      gateway.close();
      backend.stop(0);
    }
    aRestartWithABadBundleServesTheLastGoodOne(test);
  }

  private static void theManagementPortLivesByTheSameLaw(HttpClient client, RunningGateway gateway)
      throws Exception {
    int port = gateway.managementPort();
    assertThat(get(client, port, "/live").statusCode()).isEqualTo(200);
    assertThat(get(client, port, "/ready").body()).isEqualTo("serving\n");
    assertThat(get(client, port, "/.well-known/jwks.json").body()).contains("\"keys\"");
    for (String path : List.of("/metrics", "/bundle", "/endpoints", "/actuator/env", "/")) {
      var answer = get(client, port, path);
      assertThat(answer.statusCode()).as(path).isEqualTo(401);
      assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
    }
    assertThat(asOperator(client, port, "/metrics").body())
        .contains("sallyport_requests_total", "jvm_memory_used_bytes", "sallyport_bundle_stale");
    assertThat(asOperator(client, port, "/bundle").body()).contains("CHANGE-2");
    assertThat(asOperator(client, port, "/endpoints").body()).contains("127.0.0.1");
    assertThat(asOperator(client, port, "/actuator/env").statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> asOperator(HttpClient client, int port, String path)
      throws Exception {
    var request = request(port, path).header("Authorization", "Bearer " + OPERATOR.token());
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static void aReloadTakesEffectOrNothingDoes(
      TestGateway test, HttpClient client, RunningGateway gateway, int backend) throws Exception {
    var before = gateway.bundle();
    test.write("policies/policies.yaml", "kind: Nonsense\n");
    until(() -> test.audit().contains("\"bundle-refused\""));
    assertThat(gateway.bundle()).isEqualTo(before);
    assertThat(get(client, gateway.httpsPort(), "/hello").body()).isEqualTo("one");

    test.bundle("two", backend);
    until(() -> get(client, gateway.httpsPort(), "/hello").body().equals("two"));
    assertThat(gateway.bundle()).isNotEqualTo(before);
  }

  private static void aNewCertificateServesNewConnections(
      TestGateway test, HttpClient old, RunningGateway gateway) throws Exception {
    test.certify("second");

    until(
        () -> {
          try (var fresh = test.client()) {
            return servedBy(fresh, gateway).equals("CN=second");
          }
        });

    assertThat(servedBy(old, gateway)).isEqualTo("CN=first");
    Files.writeString(test.folder.resolve("server.pem"), "nonsense");
    until(() -> test.audit().contains("certificates-refused"));
    try (var fresh = test.client()) {
      assertThat(servedBy(fresh, gateway)).isEqualTo("CN=second");
    }
    test.certify("third");
  }

  private static String servedBy(HttpClient client, RunningGateway gateway) throws Exception {
    var session = get(client, gateway.httpsPort(), "/hello").sslSession().orElseThrow();
    var certificate = (X509Certificate) session.getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }

  private static void aDrainFinishesWhatIsUnderWay(
      HttpClient client, RunningGateway gateway, CountDownLatch arrived, CountDownLatch release)
      throws Exception {
    int port = gateway.httpsPort();
    int management = gateway.managementPort();
    var slow = client.sendAsync(request(port, "/slow").build(), BodyHandlers.ofString());
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

    var closing = Thread.ofPlatform().start(gateway::close);

    until(() -> get(client, management, "/ready").statusCode() == 503);
    assertThat(get(client, management, "/live").statusCode()).isEqualTo(200);
    until(() -> refusesConnections(port));
    assertThat(slow).isNotDone();
    release.countDown();
    assertThat(slow.get(10, TimeUnit.SECONDS).body()).isEqualTo("slow");
    assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
  }

  private static void aRestartWithABadBundleServesTheLastGoodOne(TestGateway test)
      throws Exception {
    test.write("policies/policies.yaml", "kind: Nonsense\n");
    var kept = "--sallyport.bundle.last-good=" + test.folder.resolve("kept");

    try (var gateway = GatewayApplication.start(test.settings(kept));
        var client = test.client()) {
      assertThat(get(client, gateway.httpsPort(), "/hello").body()).isEqualTo("two");
      assertThat(asOperator(client, gateway.managementPort(), "/metrics").body())
          .contains("sallyport_bundle_stale 1");
      assertThat(test.audit()).contains("\"bundle-last-good\"");
    }
  }

  @Test
  void aConfigurationThatCannotBeIsRefusedInOneLineForEachMistake() throws Exception {
    var test = new TestGateway(folder);
    test.bundle("one", 1);
    try (var taken = new ServerSocket(0)) {
      var port = taken.getLocalPort();

      assertRefused(
          test.settings("--sallyport.https.port=" + port, "--sallyport.tls.key=/none.key"),
          "sallyport.tls: /none.key: no such file",
          "sallyport.https.port: port " + port + " cannot be had: Address already in use");
    }
    assertRefused(
        test.settings("--sallyport.https.port=18443", "--management.server.port=18443"),
        "management.server.port: 18443 is sallyport.https.port already");
    assertRefused(
        test.settings("--management.server.ssl.enabled=false"),
        "management.server.ssl.enabled: the management port is served over TLS only");
    assertRefused(
        test.settings("--sallyport.bundle.folder=/no/such/bundle"),
        "/no/such/bundle: no such folder or file");
    var underAFile = folder.resolve("server.pem").resolve("audit.jsonl");
    assertThatThrownBy(
            () -> GatewayApplication.start(test.settings("--sallyport.audit.file=" + underAFile)))
        .isInstanceOf(ConfigurationRefused.class)
        .hasMessageStartingWith("sallyport.audit.file: cannot open " + underAFile);
    test.write("routes/routes.yaml", "kind: Nonsense\n");
    assertThatThrownBy(() -> GatewayApplication.start(test.settings()))
        .isInstanceOf(ConfigurationRefused.class)
        .hasMessageContaining("routes/routes.yaml:1:")
        .hasMessageContaining("nothing was loaded");
  }

  private static void assertRefused(List<String> settings, String... lines) {
    assertThatThrownBy(() -> GatewayApplication.start(settings))
        .isInstanceOfSatisfying(
            ConfigurationRefused.class, e -> assertThat(e.lines()).containsExactly(lines));
  }

  private static HttpServer slowBackend(CountDownLatch arrived, CountDownLatch release)
      throws Exception {
    var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/",
        exchange -> {
          arrived.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          var body = "slow".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    backend.start();
    return backend;
  }

  private static boolean refusesConnections(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }
}
