package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.format.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What holds when a field is not written is what the reference page says.
final class DefaultsTest {
  private static final String POLICIES =
      """
      apiVersion: sallyport/v1
      kind: Policies
      identities:
        - id: corporate
          jwt:
            issuer: https://id.example.com
            audiences: [api]
            algorithms: [ES256]
            keys: { url: https://id.example.com/jwks.json%s }%s
      limits:
        - { id: all, key: request.path, quota: { requests: 7, per: 1s%s }%s }
      policies:
        - id: some
          authenticate: [corporate]
          allow: [ { id: get, when: "request.method == 'GET'" } ]
          forward: { identity: { audience: backend%s } }
      """;
  private static final String ROUTES =
      """
      apiVersion: sallyport/v1
      kind: Routes
      upstreams:
        - id: backend
          endpoints: [ { address: "127.0.0.1:9001", zone: a } ]
          health: { active: { path: /healthz%s }%s }%s
      routes:
        - id: web
          match: { host: api.example.com, path: /** }
          policy: some
          limits: [all]
          upstream: backend%s
        - id: fixed
          match: { host: api.example.com, path: /fixed }
          policy: some
          respond: { status: 200%s }
      """;

  @Test
  void aBundleThatWritesEveryDefaultOutIsTheSame() {
    Bundle silent =
        read(ROUTES.formatted("", "", "", "", ""), POLICIES.formatted("", "", "", "", ""));

    Bundle explicit =
        read(
            ROUTES.formatted(
                ", every: 2s, unhealthyAfter: 3, healthyAfter: 2",
                ", passive: { consecutiveFailures: 5, eject: 30s, maxEjected: 50% }",
                "\n    protocol: h1\n    balance: { zones: { prefer: own } }",
                "\n    timeouts: { connect: 500ms, firstByte: 30s, idle: 60s }"
                    + "\n    retry: { on: [connect-failure, reset-before-response], attempts: 1,"
                    + " budget: 20%, zone: other }"
                    + "\n    body: { max: 10MiB }",
                ", contentType: text/plain; charset=utf-8"),
            POLICIES.formatted(
                ", refresh: 5m, staleFor: 24h",
                "\n      types: [at+jwt]\n      clockSkew: 30s\n      maxLifetime: 1h\n      binding: none",
                ", burst: 7",
                ", storeDown: local-share",
                ", claims: [sub], lifetime: 60s"));

    assertThat(explicit.upstreams()).isEqualTo(silent.upstreams());
    assertThat(explicit.identities()).isEqualTo(silent.identities());
    for (int i = 0; i < 2; i++) {
      Route a = silent.routeList().get(i);
      Route b = explicit.routeList().get(i);
      assertThat(List.of(b.action(), b.timeouts(), b.retry(), b.maxBody()))
          .isEqualTo(List.of(a.action(), a.timeouts(), a.retry(), a.maxBody()));
      assertThat(b.policy().forward()).isEqualTo(a.policy().forward());
    }
    Limit a = silent.routeList().getFirst().limits().getFirst();
    Limit b = explicit.routeList().getFirst().limits().getFirst();
    assertThat(List.of(b.burst(), b.storeDown())).isEqualTo(List.of(a.burst(), a.storeDown()));
  }

  @Test
  void theTableSaysTheSame() {
    Route.Timeouts timeouts = Route.Timeouts.DEFAULT;

    assertThat(timeouts.connect()).isEqualTo(Duration.ofMillis(500));
    assertThat(Kinds.table("routes"))
        .contains("| 500ms | To have a connection")
        .contains("| 30s | From the whole request sent")
        .contains("| no bound | From the head")
        .contains("| 60s | Without a byte")
        .contains("| 10MiB | The largest request body");
  }

  private static Bundle read(String routes, String policies) {
    BundleReading reading =
        BundleReader.read(
            Map.of(
                "routes/web.yaml", routes.getBytes(StandardCharsets.UTF_8),
                "policies/web.yaml", policies.getBytes(StandardCharsets.UTF_8)));
    return switch (reading) {
      case BundleReading.Good(Bundle bundle, BundleTests _) -> bundle;
      case BundleReading.Bad(Problems problems) -> throw new AssertionError(problems.render());
    };
  }
}
