package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.audit.AuditRecord;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Reason;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Policies that shadow another, through the public port: recorded, counted, never enforced.
final class ShadowTest {
  private static Map<String, String> bundle() {
    Map<String, String> files =
        new HashMap<>(
            TestBundle.of(
                """
                - id: page
                  match: { host: localhost, path: /page }
                  policy: readers
                  respond: { status: 200, body: ok }
                """,
                "127.0.0.1:1"));
    files.computeIfPresent(
        "policies/policies.yaml",
        (_, text) ->
            text.replace("- id: readers\n", "- id: readers\n    audit: full\n")
                + """
                  - id: writers-only
                    shadows: readers
                    authenticate: [test]
                    allow: [ { id: writer, when: "'orders:write' in caller.scopes" } ]
                  - id: nobody-known
                    shadows: readers
                    authenticate: anonymous
                    allow: [ { id: unknown, when: "!caller.authenticated" } ]
                  - id: broken
                    shadows: readers
                    authenticate: [test]
                    deny: [ { id: level, when: "caller.claims['level'] > 3" } ]
                    allow: [ { id: anybody, when: "caller.authenticated" } ]
                """);
    return files;
  }

  private static AuditRecord asked(GatewayUnderTest gateway, String token, int status)
      throws Exception {
    try (var client = gateway.client(HttpClient.Version.HTTP_2)) {
      var answer = client.send(gateway.request("/page", token).build(), BodyHandlers.discarding());
      assertThat(answer.statusCode()).isEqualTo(status);
      return gateway.record(answer.headers().firstValue("sallyport-decision").orElseThrow());
    }
  }

  @Test
  void whatItWouldAnswerIsRecordedAndCountedAndNothingElse() throws Exception {
    try (var gateway = GatewayUnderTest.start(bundle())) {
      AuditRecord read = asked(gateway, gateway.token("alice", "orders:read"), 200);
      AuditRecord wrote = asked(gateway, gateway.token("wim", "orders:write"), 403);

      var error = "level";
      assertThat(read.shadows())
          .containsEntry("writers-only", new Decision.Denied(Reason.NO_RULE_ALLOWED, "", ""))
          .containsEntry("nobody-known", new Decision.Allowed("unknown"))
          .hasEntrySatisfying(
              "broken",
              said -> {
                assertThat(((Decision.Denied) said).reason()).isEqualTo(Reason.RULE_ERROR);
                assertThat(((Decision.Denied) said).rule()).isEqualTo(error);
              });
      assertThat(wrote.shadows()).containsEntry("writers-only", new Decision.Allowed("writer"));
      assertThat(read.outcomes()).isEqualTo(Map.of("reader", "true"));
      assertThat(wrote.outcomes()).isEqualTo(Map.of("reader", "false"));

      assertThat(gateway.shadowed("writers-only", "", "would-refuse")).isEqualTo(1);
      assertThat(gateway.shadowed("writers-only", "writer", "would-allow")).isEqualTo(1);
      assertThat(gateway.shadowed("nobody-known", "unknown", "same")).isEqualTo(1);
      assertThat(gateway.shadowed("broken", error, "same")).isEqualTo(1);
    }
  }

  @Test
  void aWholeBundleIsAskedBesideTheOneInForce() throws Exception {
    Map<String, String> next = bundle();
    next.computeIfPresent(
        "policies/policies.yaml", (_, text) -> text.replace("'orders:read' in", "'next:read' in"));
    next.computeIfPresent(
        "routes/routes.yaml", (_, text) -> text.replace("path: /page", "path: /elsewhere"));
    Map<String, String> stricter = bundle();
    stricter.computeIfPresent(
        "policies/policies.yaml", (_, text) -> text.replace("'orders:read' in", "'next:read' in"));
    try (var gateway = GatewayUnderTest.start(bundle())) {
      gateway.candidate(next);
      assertThat(asked(gateway, gateway.token("alice", "orders:read"), 200).shadows())
          .containsEntry("candidate/none", new Decision.Denied(Reason.NO_ROUTE, "", ""));

      gateway.candidate(stricter);
      assertThat(asked(gateway, gateway.token("alice", "orders:read"), 200).shadows())
          .containsEntry("candidate/readers", new Decision.Denied(Reason.NO_RULE_ALLOWED, "", ""));
      assertThat(asked(gateway, gateway.token("nell", "next:read"), 403).shadows())
          .containsEntry("candidate/readers", new Decision.Allowed("reader"));
      assertThat(gateway.shadowed("candidate/readers", "", "would-refuse")).isEqualTo(1);
      assertThat(gateway.shadowed("candidate/readers", "reader", "would-allow")).isEqualTo(1);
      assertThat(gateway.shadowed("candidate/none", "", "would-refuse")).isEqualTo(1);
    }
  }

  @Test
  void whoIsNotKnownIsNobodysToJudge() throws Exception {
    try (var gateway = GatewayUnderTest.start(bundle())) {
      AuditRecord record = asked(gateway, "not.a.token", 401);

      assertThat(record.shadows()).isEmpty();
      assertThat(record.outcomes()).isEmpty();
    }
  }
}
