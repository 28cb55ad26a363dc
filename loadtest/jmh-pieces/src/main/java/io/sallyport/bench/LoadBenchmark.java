package io.sallyport.bench;

import io.sallyport.admission.Admission;
import io.sallyport.admission.AdmissionSettings;
import io.sallyport.admission.ProbeReport;
import io.sallyport.admission.Ruleset;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.edge.Enforcement;
import io.sallyport.limits.LocalLimiter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A large bundle, 10,000 routes under 1,000 policies of two rules each: how long it takes to read
/// it, and to ask it on every route before it takes effect.
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LoadBenchmark {
  private static final int ROUTES = 10_000;
  private static final int POLICIES = 1_000;
  private static final int A_FILE = 100;

  private final Map<String, byte[]> files = new HashMap<>();
  private Ruleset rules;
  private Enforcement enforcement;

  @Setup
  public void write() {
    for (int file = 0; file < POLICIES / A_FILE; file++) {
      var text = new StringBuilder("apiVersion: sallyport/v1\nkind: Policies\n");
      if (file == 0) {
        text.append(
            """
            identities:
              - id: corporate
                jwt:
                  issuer: https://id.example.com
                  audiences: [api://load]
                  algorithms: [ES256]
                  keys: { file: keys/load.json }
            """);
      }
      text.append("policies:\n");
      for (int i = file * A_FILE; i < (file + 1) * A_FILE; i++) {
        text.append(
            """
              - id: policy-%1$d
                authenticate: [corporate]
                deny: [ { id: other, when: "has(caller.claims.tenant) && caller.claims.tenant != 't%1$d'" } ]
                allow: [ { id: reader, when: "'scope-%1$d' in caller.scopes && request.query.id != ''" } ]
            """
                .formatted(i));
      }
      put("policies/p" + file + ".yaml", text);
    }
    for (int file = 0; file < ROUTES / A_FILE; file++) {
      var text = new StringBuilder("apiVersion: sallyport/v1\nkind: Routes\n");
      if (file == 0) {
        text.append(
            "upstreams: [ { id: backend, endpoints: [ { address: \"127.0.0.1:1\", zone: a } ] } ]\n");
      }
      text.append("routes:\n");
      for (int i = file * A_FILE; i < (file + 1) * A_FILE; i++) {
        text.append(
            """
              - id: route-%1$d
                match: { host: h%2$d.example.com, path: "/service-%1$d/{id}/**", methods: [GET, HEAD] }
                policy: policy-%3$d
                upstream: backend
            """
                .formatted(i, i % 50, i % POLICIES));
      }
      put("routes/r" + file + ".yaml", text);
    }
    var bench = new BenchBundle();
    files.put("keys/load.json", bench.keySet().getBytes(StandardCharsets.UTF_8));
    enforcement =
        new Enforcement(
            new Admission(
                AdmissionSettings.DEFAULT,
                new LocalLimiter(1, 100),
                new IdentitySigner("sallyport", InstantSource.system())),
            Duration.ofSeconds(60));
    rules = ruleset(read());
  }

  private void put(String path, StringBuilder text) {
    files.put(path, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Ruleset ruleset(Bundle bundle) {
    var tokens =
        new BearerTokens(
            TokenSettings.DEFAULT,
            name -> {
              throw new IllegalArgumentException(name);
            });
    return switch (Ruleset.prepare(bundle, tokens)) {
      case Ruleset.Prepared(Ruleset ready) -> ready;
      case Ruleset.Unusable(var problems) -> throw new IllegalStateException(problems.toString());
    };
  }

  @Benchmark
  public Bundle read() {
    return switch (BundleReader.read(files)) {
      case BundleReading.Good(Bundle good, _) -> good;
      case BundleReading.Bad(var problems) -> throw new IllegalStateException(problems.render());
    };
  }

  @Benchmark
  public ProbeReport ask() throws TimeoutException, InterruptedException {
    ProbeReport report = enforcement.ask(rules);
    if (report.enforced() != ROUTES) {
      throw new IllegalStateException(report.toString());
    }
    return report;
  }
}
