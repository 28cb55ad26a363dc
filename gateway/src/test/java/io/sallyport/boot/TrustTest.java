package io.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.admission.Admission;
import io.sallyport.admission.AdmissionSettings;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.authentication.IdentitySigner;
import io.sallyport.authentication.TokenSettings;
import io.sallyport.bundle.FilterCompiler;
import io.sallyport.edge.Enforcement;
import io.sallyport.limits.LocalLimiter;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.snapshot.Snapshots.Readiness;
import io.sallyport.upstream.UpstreamEvents;
import io.sallyport.upstream.Upstreams;
import io.sallyport.wire.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

final class TrustTest {
  private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
  private final Trust trust = new Trust(bundles);

  @TempDir Path folder;

  @Test
  void aNameIsTheSameTrustStoreUntilItsFilesChange() throws Exception {
    bundles.registerBundle("internal", authority());
    var first = trust.apply("internal");

    assertThat(trust.apply("internal")).isSameAs(first);
    assertThat(trust.apply("")).isSameAs(trust.apply("")).isNotSameAs(first);

    bundles.updateBundle("internal", authority());

    assertThat(trust.apply("internal")).isNotSameAs(first).isSameAs(trust.apply("internal"));
  }

  @Test
  void aNameThatIsUnknownOrHoldsNoTrustStoreIsRefused() {
    bundles.registerBundle("empty", SslBundle.of(SslStoreBundle.NONE));

    assertThatThrownBy(() -> trust.apply("internal"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no SSL bundle 'internal'; set"
                + " spring.ssl.bundle.pem.internal.truststore.certificate");
    assertThatThrownBy(() -> trust.apply("empty"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the SSL bundle 'empty' has no trust store");
  }

  @Test
  void aBundleThatNamesUnknownTrustStoresIsRefusedWithALineForEach() throws Exception {
    try (var transport = Transport.start(1, "test");
        var upstreams = new Upstreams(transport, "a", trust, UpstreamEvents.NONE);
        var tokens = new BearerTokens(TokenSettings.DEFAULT, trust)) {
      var judge =
          new SnapshotJudge(
              tokens,
              upstreams,
              trust,
              FilterCompiler.NONE,
              new Enforcement(
                  new Admission(
                      AdmissionSettings.DEFAULT,
                      new LocalLimiter(1, 100),
                      new IdentitySigner("https://gateway.test", InstantSource.system())),
                  Duration.ofSeconds(30)));

      assertThat(judge.apply(files()))
          .isEqualTo(
              new Readiness.Refused<>(
                  List.of(
                      "upstream 'backend': trust: there is no SSL bundle 'backends'; set"
                          + " spring.ssl.bundle.pem.backends.truststore.certificate",
                      "identity 'staff': trust: there is no SSL bundle 'issuer'; set"
                          + " spring.ssl.bundle.pem.issuer.truststore.certificate")));

      bundles.registerBundle("backends", authority());
      bundles.registerBundle("issuer", authority());
      assertThat(judge.apply(files())).isInstanceOf(Readiness.Ready.class);
    }
  }

  private SslBundle authority() throws Exception {
    var file = DevelopmentCa.create(Duration.ofDays(1)).writePem(folder);
    return SslBundle.of(
        new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate(Files.readString(file))));
  }

  private static SortedMap<String, byte[]> files() {
    var texts =
        Map.of(
            "routes/routes.yaml",
            """
            apiVersion: sallyport/v1
            kind: Routes
            upstreams:
              - id: backend
                endpoints: [ { address: "127.0.0.1:9001", zone: a } ]
                tls: { trust: backends }
            routes:
              - id: web
                match: { host: api.example.com, path: /** }
                policy: staff
                upstream: backend
            """,
            "policies/policies.yaml",
            """
            apiVersion: sallyport/v1
            kind: Policies
            identities:
              - id: staff
                jwt:
                  issuer: https://127.0.0.1:1
                  audiences: [ orders ]
                  algorithms: [ ES256 ]
                  keys: { url: "https://127.0.0.1:1/keys", trust: issuer }
            policies:
              - id: staff
                authenticate: [ staff ]
                allow: [ { id: get, when: "request.method == 'GET'" } ]
            """);
    var files = new TreeMap<String, byte[]>();
    texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return files;
  }
}
