package io.sallyport.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/// A bundle with the checks of `loadtest/compare`, some policies of other common shapes, and an
/// issuer in hand that signs tokens for it.
public final class BenchBundle {
  private static final String ISSUER = "https://id.example.com";
  private static final String AUDIENCE = "api://bench";

  private final ECKey key;
  private final Bundle bundle;

  /// Its upstream is nowhere.
  public BenchBundle() {
    this("127.0.0.1:1");
  }

  /// @param backend the address of its upstream's only endpoint
  public BenchBundle(String backend) {
    try {
      key = new ECKeyGenerator(Curve.P_256).keyID("bench").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    bundle = read(backend);
  }

  public Bundle bundle() {
    return bundle;
  }

  /// The public keys of its issuer, a JWKS document.
  public String keySet() {
    return new JWKSet(List.<JWK>of(key.toPublicJWK())).toString();
  }

  /// The `Authorization` field with a token of its own for each number.
  public String authorization(int number) {
    Instant now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .subject("alice" + number)
            .claim("client_id", "loadtest")
            .claim("scope", "bench:read")
            .claim("tenant", "t1")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(7200)))
            .build();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID(key.getKeyID())
            .build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return "Bearer " + token.serialize();
  }

  private Bundle read(String backend) {
    var files =
        Map.of(
            "keys/bench.json", bytes(keySet()),
            "data/bench.yaml", bytes(data()),
            "policies/bench.yaml", bytes(policies()),
            "routes/bench.yaml", bytes(routes().replace("127.0.0.1:1\"", backend + "\"")));
    return switch (BundleReader.read(files)) {
      case BundleReading.Good(Bundle good, _) -> good;
      case BundleReading.Bad(var problems) -> throw new IllegalStateException(problems.render());
    };
  }

  private static String data() {
    return """
    apiVersion: sallyport/v1
    kind: Data
    metadata: { owner: bench, change: BENCH-1 }
    values:
      blocked: { type: list(cidr), value: [192.0.2.0/24, 198.51.100.0/24, "2001:db8::/32"] }
    """;
  }

  private static String policies() {
    return """
    apiVersion: sallyport/v1
    kind: Policies
    metadata: { owner: bench, change: BENCH-1 }
    identities:
      - id: bench
        jwt:
          issuer: %s
          audiences: [%s]
          algorithms: [ES256]
          keys: { file: keys/bench.json }
          types: [at+jwt]
          clockSkew: 30s
          maxLifetime: 3h
          binding: none
    limits:
      - id: per-client
        key: caller.client
        quota: { requests: 60000000, per: 60s, burst: 60000000 }
        storeDown: local-share
    policies:
      - id: scope-and-claim
        authenticate: [bench]
        allow: [ { id: reader, when: "'bench:read' in caller.scopes && caller.claims.tenant == 't1'" } ]
      - id: scope
        authenticate: [bench]
        allow: [ { id: reader, when: "'bench:read' in caller.scopes" } ]
      - id: method
        authenticate: anonymous
        allow: [ { id: get, when: "request.method == 'GET'" } ]
      - id: owner
        authenticate: [bench]
        allow: [ { id: own, when: "request.pathParameters['owner'] == caller.subject" } ]
      - id: denied-network
        authenticate: [bench]
        deny: [ { id: blocked, when: "source.ip.within(data.blocked)" } ]
        allow: [ { id: reader, when: "'bench:read' in caller.scopes" } ]
    """
        .formatted(ISSUER, AUDIENCE);
  }

  private static String routes() {
    var routes =
        new StringBuilder(
            """
            apiVersion: sallyport/v1
            kind: Routes
            metadata: { owner: bench, change: BENCH-1 }
            upstreams:
              - id: bench
                protocol: h1
                endpoints: [ { address: "127.0.0.1:1", zone: a } ]
            routes:
              - id: bench
                match: { host: localhost, path: /**, methods: [GET] }
                policy: scope-and-claim
                limits: [per-client]
                upstream: bench
                headers:
                  request: { set: { x-team: bench }, remove: [x-debug] }
                  response: { set: { cache-control: no-store }, remove: [server] }
            """);
    for (String policy : new String[] {"scope", "method", "denied-network"}) {
      routes.append(
          """
            - id: %1$s
              match: { host: localhost, path: /%1$s, methods: [GET] }
              policy: %1$s
              upstream: bench
          """
              .formatted(policy));
    }
    return routes
        .append(
            """
              - id: owner
                match: { host: localhost, path: "/of/{owner}", methods: [GET] }
                policy: owner
                upstream: bench
            """)
        .toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
