package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.audit.AuditRecord;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What rules read of the connection and the body, as a real client brings it.
final class ConnectionFactsTest {
  private static Map<String, String> bundle() {
    Map<String, String> files =
        new HashMap<>(
            TestBundle.of(
                """
                - id: facts
                  match: { host: localhost, path: /facts }
                  policy: facts
                  respond: { status: 200 }
                """,
                "127.0.0.1:1"));
    files.computeIfPresent(
        "policies/policies.yaml",
        (_, text) ->
            text
                + """
                  - id: facts
                    authenticate: anonymous
                    allow:
                      - id: all-of-them
                        when: >
                          tls.version == 'TLSv1.3' && tls.suite.startsWith('TLS_') && tls.serverName == request.host
                          && source.port > 1023 && request.bodySize == 5
                """);
    return files;
  }

  @ParameterizedTest
  @EnumSource
  void rulesReadWhatTheConnectionIs(HttpClient.Version version) throws Exception {
    try (var gateway = GatewayUnderTest.start(bundle());
        var client = gateway.client(version)) {
      var request = HttpRequest.newBuilder(gateway.uri("/facts"));
      var five =
          client.send(
              request.POST(BodyPublishers.ofString("hello")).build(), BodyHandlers.discarding());
      var none = client.send(request.GET().build(), BodyHandlers.discarding());
      var stream =
          BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[] {1, 2, 3, 4, 5}));
      var unknown = client.send(request.POST(stream).build(), BodyHandlers.discarding());

      assertThat(five.statusCode()).isEqualTo(200);
      assertThat(none.statusCode()).isEqualTo(403);
      // Whoever does not say how long it is has no size that a rule could go by.
      assertThat(unknown.statusCode()).isEqualTo(403);
      AuditRecord record =
          gateway.record(five.headers().firstValue("sallyport-decision").orElseThrow());
      assertThat(record.inputs())
          .containsEntry("tls.version", "TLSv1.3")
          .containsEntry("request.bodySize", 5L);
      AuditRecord open =
          gateway.record(unknown.headers().firstValue("sallyport-decision").orElseThrow());
      assertThat(open.inputs()).containsEntry("request.bodySize", null);
    }
  }
}
