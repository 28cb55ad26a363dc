package io.sallyport.testing;

import java.util.Map;

/// Bundles for tests of what happens to requests that were admitted.
public final class TestBundle {
  private TestBundle() {}

  private static final String POLICIES =
      """
      apiVersion: sallyport/v1
      kind: Policies
      metadata: { owner: test, change: TEST-1 }
      identities:
        - id: test
          jwt:
            issuer: ${issuer}
            audiences: [api://orders]
            algorithms: [ES256]
            keys: { url: "${issuer}/jwks.json", trust: test-ca, refresh: 5m, staleFor: 24h }
            types: [at+jwt]
            clockSkew: 30s
            maxLifetime: 1h
      limits:
        - id: per-subject
          key: caller.subject
          quota: { requests: 2, per: 60s, burst: 2 }
          storeDown: deny
      policies:
        - id: open
          authenticate: anonymous
          allow: [ { id: anyone, when: "true" } ]
        - id: readers
          authenticate: [test]
          allow: [ { id: reader, when: "'orders:read' in caller.scopes" } ]
          forward: { identity: { audience: orders, claims: [sub], lifetime: 60s } }
      """;

  /// One upstream, in zones a, b, c… in the order of its endpoints, and the routes of this text
  /// (indented as list items).
  public static Map<String, String> of(String routes, String... endpoints) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < endpoints.length; i++) {
      list.append("      - { address: \"%s\", zone: %c }\n".formatted(endpoints[i], 'a' + i));
    }
    return Map.of(
        "routes/routes.yaml",
        """
        apiVersion: sallyport/v1
        kind: Routes
        metadata: { owner: test, change: TEST-1 }
        upstreams:
          - id: backend
            protocol: h1
            endpoints:
        %s
        routes:
        %s
        """
            .formatted(list, routes.indent(2)),
        "policies/policies.yaml",
        POLICIES);
  }

  /// Everything on `localhost` goes to these endpoints, for everyone.
  public static Map<String, String> open(String... endpoints) {
    return of(
        """
        - id: all
          match: { host: localhost, path: /** }
          policy: open
          upstream: backend
          body: { max: 1GiB }
        """,
        endpoints);
  }
}
