package io.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.admin.ManagementToken;
import io.sallyport.pki.DevelopmentCa;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// A folder with all that a gateway needs to start: certificates, a bundle, settings; and a client
/// that trusts it.
final class TestGateway {
  static final ManagementToken OPERATOR = ManagementToken.make();
  private static final Duration LIFE = Duration.ofDays(30);

  final DevelopmentCa ca = DevelopmentCa.create(LIFE);
  final Path folder;

  TestGateway(Path folder) {
    this.folder = folder;
    certify("first");
  }

  /// Puts a new certificate in place, known by its common name.
  void certify(String commonName) {
    ca.issue(commonName, List.of("localhost", "127.0.0.1"), LIFE).writePem(folder, "server");
  }

  Path bundle() {
    return folder.resolve("bundle");
  }

  /// A bundle that answers `/hello` with this text, and carries `/slow` to a backend.
  void bundle(String hello, int backendPort) throws IOException {
    write(
        "routes/routes.yaml",
        """
        apiVersion: sallyport/v1
        kind: Routes
        metadata: { owner: team, change: CHANGE-1 }
        upstreams:
          - id: slow
            protocol: h1
            endpoints: [ { address: "127.0.0.1:%d", zone: a } ]
        routes:
          - id: hello
            match: { host: localhost, path: /hello, methods: [GET] }
            policy: open
            respond: { status: 200, body: "%s" }
          - id: slow
            match: { host: localhost, path: /slow, methods: [GET] }
            policy: open
            upstream: slow
        """
            .formatted(backendPort, hello));
    write(
        "policies/policies.yaml",
        """
        apiVersion: sallyport/v1
        kind: Policies
        metadata: { owner: security, change: CHANGE-2 }
        policies:
          - id: open
            authenticate: anonymous
            allow: [ { id: anyone, when: "request.method == 'GET'" } ]
        """);
  }

  void write(String name, String text) throws IOException {
    var file = bundle().resolve(name);
    Files.createDirectories(file.getParent());
    var fresh = Files.writeString(folder.resolve("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Settings for free ports and this folder's files.
  List<String> settings(String... more) {
    var settings =
        new ArrayList<>(
            List.of(
                "--sallyport.bundle.folder=" + bundle(),
                "--sallyport.https.port=0",
                "--sallyport.http.port=0",
                "--management.server.port=0",
                "--sallyport.event-loops=1",
                "--sallyport.tls.certificate=" + folder.resolve("server.pem"),
                "--sallyport.tls.key=" + folder.resolve("server.key"),
                "--sallyport.audit.file=" + folder.resolve("audit.jsonl"),
                "--sallyport.management.token-hash=" + OPERATOR.hash()));
    settings.addAll(List.of(more));
    return settings;
  }

  HttpClient client() {
    return HttpClient.newBuilder().sslContext(ca.clientContext()).build();
  }

  static HttpResponse<String> get(HttpClient client, int port, String path)
      throws IOException, InterruptedException {
    return client.send(request(port, path).build(), BodyHandlers.ofString());
  }

  static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  String audit() throws IOException {
    return Files.readString(folder.resolve("audit.jsonl"));
  }

  /// Waits for something that is about to happen, at most fifteen seconds.
  static void until(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(50);
    }
  }
}
