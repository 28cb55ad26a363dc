package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.audit.AuditReader;
import io.sallyport.audit.AuditRecord;
import io.sallyport.audit.FileAuditLog;
import io.sallyport.audit.FileAuditLog.WhenFull;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.Explained;
import io.sallyport.bundle.Explainer;
import io.sallyport.bundle.Recorded;
import io.sallyport.bundle.Replay;
import io.sallyport.demo.TokenRequest;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a gateway recorded, judged again: by the same bundle it comes out as it did, by another one
/// it is said what would change, and what a record does not tell is not guessed.
final class ReplayTest {
  @TempDir Path folder;

  private static final String ROUTES =
      """
      - id: orders
        match: { host: localhost, path: "/orders/{id}" }
        policy: orders
        respond: { status: 200, body: ok }
      - id: socket
        match: { host: localhost, path: /socket, upgrade: websocket }
        policy: orders
        upstream: backend
      - id: open
        match: { host: localhost, path: /open, methods: [GET] }
        policy: open
        respond: { status: 200, body: ok }
      """;
  private static final String ORDERS =
      """
        - id: orders
          authenticate: [test]
          deny:
            - { id: old-client, when: "has(request.headers.version) && request.headers.version == '1'" }
          allow:
            - { id: own, when: "'orders:read' in caller.scopes && request.query.tenant == caller.claims.tenant" }
            - { id: operator, when: "caller.subject == 'olga'" }
      """;

  private static Map<String, String> bundle(String orders) {
    Map<String, String> files = new HashMap<>(TestBundle.of(ROUTES, "127.0.0.1:1"));
    files.computeIfPresent("policies/policies.yaml", (_, text) -> text + orders);
    return files;
  }

  private Bundle read(GatewayUnderTest gateway, Map<String, String> files) {
    Map<String, byte[]> bytes = new HashMap<>();
    files.forEach(
        (path, text) ->
            bytes.put(
                path,
                text.replace("${issuer}", gateway.issuer().issuer())
                    .getBytes(StandardCharsets.UTF_8)));
    return switch (BundleReader.read(bytes)) {
      case BundleReading.Good good -> good.bundle();
      case BundleReading.Bad bad -> throw new IllegalArgumentException(bad.toString());
    };
  }

  /// Has a gateway answer all sorts of requests, and writes its records to a file.
  private List<AuditRecord> recorded(GatewayUnderTest gateway, Path file) throws Exception {
    List<AuditRecord> records = new ArrayList<>();
    String alice =
        gateway
            .issuer()
            .token(
                new TokenRequest(
                    "alice",
                    "shop",
                    List.of("orders:read"),
                    "api://orders",
                    Map.of("tenant", "t1"),
                    Duration.ofMinutes(5)));
    String olga = gateway.token("olga");
    var bad = alice.substring(0, alice.length() - 4) + "AAAA";
    try (var client = gateway.client(HttpClient.Version.HTTP_2)) {
      for (HttpRequest request :
          List.of(
              gateway.request("/orders/1?tenant=t1", alice).build(),
              gateway.request("/orders/1?tenant=t2", alice).build(),
              gateway.request("/orders/1?tenant=t1&tenant=t2", alice).build(),
              gateway.request("/orders/1", olga).build(),
              gateway.request("/orders/1", olga).header("version", "1").build(),
              gateway.request("/orders/1", olga).header("version", "2").build(),
              gateway.request("/orders/1", bad).build(),
              gateway.request("/nowhere", alice).build(),
              gateway
                  .request("/open", alice)
                  .method("PUT", HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpRequest.newBuilder(gateway.uri("/orders/1?token=secret")).build(),
              HttpRequest.newBuilder(gateway.uri("/open")).build(),
              gateway.request("/open", alice).build(),
              gateway.request("/socket", alice).build(),
              HttpRequest.newBuilder(gateway.uri("/open/%2e%2e/orders")).build())) {
        var answer = client.send(request, BodyHandlers.discarding());
        records.add(
            gateway.record(answer.headers().firstValue("sallyport-decision").orElseThrow()));
      }
      records.add(refusedWebSocket(gateway, alice));
    }
    try (var log = new FileAuditLog(file, 100, WhenFull.REFUSE)) {
      for (AuditRecord record : records) {
        log.append(log.reserve(), record);
      }
      log.event("bundle-loaded", Map.of("bundle", "x"));
    }
    return records;
  }

  private static AuditRecord refusedWebSocket(GatewayUnderTest gateway, String token)
      throws Exception {
    try (var socket = gateway.connect("http/1.1")) {
      String request =
          "GET /socket?tenant=t2 HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade, close\r\n"
              + "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer "
              + token
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 403 ");
    }
    return gateway.audit().first(record -> record.target().startsWith("/socket?"));
  }

  @Test
  void byTheSameBundleEverythingComesOutAsItDid() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (var gateway = GatewayUnderTest.start(bundle(ORDERS))) {
      List<AuditRecord> records = recorded(gateway, file);
      Bundle same = read(gateway, bundle(ORDERS));
      List<Recorded> requests = new ArrayList<>();

      var content = AuditReader.read(file, requests::add);

      assertThat(content).isEqualTo(new AuditReader.Content(records.size(), 0));
      for (int i = 0; i < records.size(); i++) {
        AuditRecord record = records.get(i);
        Explained said = Explainer.explain(same, requests.get(i));
        assertThat(said.reason())
            .as(record + "\n" + said.text())
            .isEqualTo(record.reason() == null ? "" : record.reason().word());
        assertThat(said.rule()).isEqualTo(record.rule());
      }
      Replay replay = new Replay(same, same);
      requests.forEach(replay::judge);
      assertThat(replay.same()).isEqualTo(records.size());
      assertThat(replay.changed()).isEmpty();
      assertThat(replay.undecidable()).isEmpty();
    }
  }

  @Test
  void byAnotherBundleItIsSaidWhatChangesAndWhatCannotBeTold() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (var gateway = GatewayUnderTest.start(bundle(ORDERS))) {
      List<AuditRecord> records = recorded(gateway, file);
      Bundle old = read(gateway, bundle(ORDERS));
      Bundle stricter =
          read(
              gateway,
              bundle(ORDERS.replace("- { id: operator, when: \"caller.subject == 'olga'\" }", "")));
      Replay replay = new Replay(old, stricter);
      AuditReader.read(file, replay::judge);

      assertThat(replay.judged()).isEqualTo(records.size());
      assertThat(replay.undecidable()).isEmpty();
      assertThat(replay.changed())
          .singleElement()
          .satisfies(
              group -> {
                assertThat(group.what()).isEqualTo("now refused");
                assertThat(group.count()).isEqualTo(2);
                assertThat(group.change())
                    .isEqualTo(
                        "allow operator, route orders, status 200  ->  "
                            + "deny no-rule-allowed, route orders, status 403");
                assertThat(group.example())
                    .isEqualTo(
                        "decision "
                            + records.get(3).decisionId()
                            + ": GET localhost/orders/1 by olga");
              });

      Bundle curious =
          read(
              gateway,
              bundle(ORDERS.replace("caller.subject == 'olga'", "'staff' in caller.groups")));
      Replay asking = new Replay(old, curious);
      AuditReader.read(file, asking::judge);
      assertThat(asking.undecidable())
          .singleElement()
          .satisfies(
              group -> {
                assertThat(group.change()).isEqualTo("not recorded: caller.groups");
                assertThat(group.count()).isEqualTo(7);
              });
      assertThat(asking.same() + 7).isEqualTo(records.size());
    }
  }

  @Test
  void whatIsNotRecordedOfACredentialIsNotGuessed() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (var gateway = GatewayUnderTest.start(bundle(ORDERS))) {
      recorded(gateway, file);
      Bundle old = read(gateway, bundle(ORDERS));

      // Who showed nothing is let in where nothing need be shown.
      Map<String, String> open =
          bundle(
              ORDERS
                  .replace("authenticate: [test]", "authenticate: [test, anonymous]")
                  .replace(
                      "has(request.headers.version) && request.headers.version == '1'",
                      "request.path == '/never'")
                  .replace("caller.subject == 'olga'", "!caller.authenticated"));
      Replay opened = new Replay(old, read(gateway, open));
      AuditReader.read(file, opened::judge);
      assertThat(opened.changed())
          .extracting(group -> group.what() + ' ' + group.count())
          .contains("now admitted 1");

      // Another audience may take the token that was bad; nobody can tell.
      Map<String, String> wider = bundle(ORDERS);
      wider.computeIfPresent(
          "policies/policies.yaml",
          (_, text) -> text.replace("audiences: [api://orders]", "audiences: [api://other]"));
      Replay replay = new Replay(old, read(gateway, wider));
      AuditReader.read(file, replay::judge);
      assertThat(replay.undecidable())
          .extracting(group -> group.change() + ' ' + group.count())
          .containsExactly("its credential was refused, and is not recorded 1");
    }
  }

  @Test
  void aPathThatBecomesOneForWebSocketsOnlyRefusesWhoAsksForNone() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (var gateway = GatewayUnderTest.start(bundle(ORDERS))) {
      recorded(gateway, file);
      Map<String, String> upgraded = bundle(ORDERS);
      upgraded.computeIfPresent(
          "routes/routes.yaml",
          (_, text) ->
              text.replace("path: /open, methods: [GET] }", "path: /open, upgrade: websocket }")
                  .replace(
                      "policy: open\n    respond: { status: 200, body: ok }",
                      "policy: open\n    upstream: backend"));
      Replay replay = new Replay(read(gateway, bundle(ORDERS)), read(gateway, upgraded));
      AuditReader.read(file, replay::judge);

      assertThat(replay.changed()).extracting(Replay.Group::what).contains("now refused");
      assertThat(replay.changed().toString()).contains("no-credential");
    }
  }

  @Test
  void credentialsThatWereNotReadAreNotMadeUp() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (var gateway = GatewayUnderTest.start(bundle(ORDERS))) {
      recorded(gateway, file);
      Bundle old = read(gateway, bundle(ORDERS));
      Map<String, String> closed = bundle(ORDERS);
      closed.computeIfPresent(
          "routes/routes.yaml", (_, text) -> text.replace("policy: open", "policy: readers"));
      Replay replay = new Replay(old, read(gateway, closed));
      AuditReader.read(file, replay::judge);

      assertThat(replay.undecidable())
          .extracting(Replay.Group::change)
          .containsExactly("its credentials were not read");
    }
  }

  @Test
  void aFileMayBePackedAndMayHoldWhatIsNoRecord() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (var gateway = GatewayUnderTest.start(bundle(ORDERS))) {
      int records = recorded(gateway, file).size();
      Path packed = folder.resolve("audit.jsonl.gz");
      try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
        out.write(Files.readAllBytes(file));
        out.write(
            "{\"v\":1,\"kind\":\"request\"}\n{\"v\":2,\"kind\":\"request\"}\n\n[1]\n{\"v\":1,"
                .getBytes(StandardCharsets.UTF_8));
      }

      assertThat(AuditReader.read(packed, _ -> {})).isEqualTo(new AuditReader.Content(records, 4));
    }
  }
}
