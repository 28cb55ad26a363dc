package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sallyport.admission.PermitFixture;
import io.sallyport.bundle.Upstream;
import io.sallyport.pki.DevelopmentCa;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

/// HTTP/2 inside TLS: agreed on by ALPN, or not spoken at all.
final class H2BackendTlsTest {
  private static final DevelopmentCa CA = DevelopmentCa.create(Duration.ofDays(2));
  private static final Duration LONG = Duration.ofSeconds(10);

  private static SslContext context(String name, String... protocols) throws SSLException {
    var certificate = CA.issue("backend", List.of(name), Duration.ofDays(1));
    var builder = SslContextBuilder.forServer(certificate.key(), certificate.chain());
    if (protocols.length > 0) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
              protocols));
    }
    return builder.build();
  }

  private static H2Backend backend(SslContext context) {
    return H2Backend.start(H2Backend.Setup.DEFAULT.with(context), H2Backend.saying("hi"));
  }

  private static HeardAnswer get(Client client, H2Backend backend) {
    var upstream =
        new Upstream(
            "orders",
            Upstream.Protocol.H2,
            new Upstream.Tls("internal", "orders.internal"),
            List.of(backend.endpoint("a")),
            null,
            Upstream.PassiveHealth.DEFAULT,
            true);
    return client.send(PermitFixture.to(upstream), "GET");
  }

  private static Client trusting() {
    TrustManagerFactory trust = trust();
    return new Client(name -> trust, PoolSettings.DEFAULT);
  }

  private static TrustManagerFactory trust() {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("ca", CA.certificate());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBackendThatAgreesIsSpokenToAsHttps() throws Exception {
    try (var client = trusting();
        var backend =
            backend(
                context(
                    "orders.internal",
                    ApplicationProtocolNames.HTTP_2,
                    ApplicationProtocolNames.HTTP_1_1))) {
      assertThat(get(client, backend).await(LONG)).isEqualTo("head 200, body hi");
      assertThat(get(client, backend).await(LONG)).isEqualTo("head 200, body hi");
      assertThat(backend.connections()).hasSize(1);
      assertThat(backend.heads().getFirst()).contains(":scheme=https");
    }
  }

  @Test
  void aBackendThatKnowsNoAlpnIsNotSentAnything() throws Exception {
    try (var client = trusting();
        var backend = backend(context("orders.internal"))) {
      var heard = get(client, backend);

      assertThat(heard.await(LONG)).isEqualTo("failed CONNECT nothing sent");
      assertThat(heard.failure().detail())
          .isEqualTo("TLS: the backend did not agree to HTTP/2 (ALPN)");
      assertThat(backend.heads()).isEmpty();
    }
  }

  @Test
  void aBackendThatSpeaksOnlyHttp1IsNotSentAnything() throws Exception {
    try (var client = trusting();
        var backend = backend(context("orders.internal", ApplicationProtocolNames.HTTP_1_1))) {
      var heard = get(client, backend);

      assertThat(heard.await(LONG)).isEqualTo("failed CONNECT nothing sent");
      assertThat(heard.failure().detail()).startsWith("TLS: ");
      assertThat(backend.heads()).isEmpty();
    }
  }

  @Test
  void aBackendWithAnotherNameIsNotSentAnything() throws Exception {
    try (var client = trusting();
        var backend = backend(context("payments.internal", ApplicationProtocolNames.HTTP_2))) {
      var heard = get(client, backend);

      assertThat(heard.await(LONG)).isEqualTo("failed CONNECT nothing sent");
      assertThat(heard.failure().detail()).contains("orders.internal");
      assertThat(backend.heads()).isEmpty();
    }
  }
}
