package io.sallyport.guard;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.admission.Admission;
import io.sallyport.admission.AdmissionSettings;
import io.sallyport.admission.Ruleset;
import io.sallyport.audit.FileAuditLog;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.authentication.Tokens;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.edge.EmbeddedEdge;
import io.sallyport.edge.ExchangeHandler;
import io.sallyport.limits.LocalLimiter;
import io.sallyport.telemetry.LimitMeters;
import io.sallyport.telemetry.RequestMeters;
import io.sallyport.upstream.EmbeddedBackend;
import io.sallyport.upstream.UpstreamEvents;
import io.sallyport.upstream.Upstreams;
import io.sallyport.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Everything that a request passes, wired as `boot` wires it, but for the sockets: known token,
/// policy with a scope and a claim, limit, audit record, meters, one backend.
///
/// @param token one that the policy admits
final class ReplayedGateway implements AutoCloseable {
  private static final String ROUTES =
      """
      apiVersion: sallyport/v1
      kind: Routes
      metadata: { owner: test, change: TEST-1 }
      upstreams:
        - id: bench
          protocol: h1
          endpoints: [ { address: "127.0.0.1:1", zone: a } ]
      routes:
        - id: bench
          match: { host: localhost, path: /**, methods: [GET, POST] }
          policy: bench-read
          limits: [per-client]
          upstream: bench
      """;

  final ExchangeHandler edge;
  final String token;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Transport transport = Transport.start(1, "unused");
  private final BearerTokens tokens;
  private final Upstreams upstreams;
  private final FileAuditLog audit;

  ReplayedGateway(Path folder, EmbeddedBackend backend) {
    var issuer = new Tokens("bench");
    var claims = new LinkedHashMap<>(Tokens.claims(Instant.now()));
    claims.put("exp", Instant.now().getEpochSecond() + 7200);
    token = issuer.sign(issuer.header(), claims);
    tokens = new BearerTokens(TokenSettings.DEFAULT, ReplayedGateway::noTrustStore);
    upstreams = new Upstreams(transport, "a", ReplayedGateway::noTrustStore, UpstreamEvents.NONE);
    audit =
        new FileAuditLog(folder.resolve("audit.jsonl"), 1_000_000, FileAuditLog.WhenFull.REFUSE);
    var rules = rules(issuer);
    upstreams.install(rules.bundle().upstreams().values());
    var limits = new LimitMeters(new LocalLimiter(1, 100_000), registry);
    edge =
        EmbeddedEdge.of(
            rules,
            new Admission(
                AdmissionSettings.DEFAULT,
                limits,
                new IdentitySigner("sallyport", InstantSource.system())),
            upstreams,
            backend,
            audit,
            new RequestMeters(registry, registry.getPrometheusRegistry()));
  }

  private Ruleset rules(Tokens issuer) {
    var files =
        Map.of(
            "keys/bench.json", bytes(issuer.keySet()),
            "policies/bench.yaml", bytes(policies()),
            "routes/bench.yaml", bytes(ROUTES));
    return switch (BundleReader.read(files)) {
      case BundleReading.Bad(var problems) -> throw new AssertionError(problems.render());
      case BundleReading.Good(var bundle, _) ->
          switch (Ruleset.prepare(bundle, tokens)) {
            case Ruleset.Prepared(Ruleset ruleset) -> ruleset;
            case Ruleset.Unusable(var problems) -> throw new AssertionError(problems.toString());
          };
    };
  }

  private static String policies() {
    return """
      apiVersion: sallyport/v1
      kind: Policies
      metadata: { owner: test, change: TEST-1 }
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
        - id: bench-read
          authenticate: [bench]
          allow:
            - id: reader
              when: "'orders:read' in caller.scopes && caller.claims.tenant == 't1'"
      """
        .formatted(Tokens.ISSUER, Tokens.AUDIENCE);
  }

  /// Requests that were answered with this status.
  long answered(int status) {
    return Math.round(
        registry
            .find("sallyport.requests")
            .tag("status", String.valueOf(status))
            .functionCounters()
            .stream()
            .mapToDouble(counter -> counter.count())
            .sum());
  }

  private static javax.net.ssl.TrustManagerFactory noTrustStore(String name) {
    throw new IllegalArgumentException(name);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    audit.close();
    upstreams.close();
    tokens.close();
    transport.close();
  }
}
