package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.admission.PermitFixture;
import io.sallyport.bundle.Upstream;
import io.sallyport.pki.DevelopmentCa;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BackendTlsTest {
  private static final DevelopmentCa CA = DevelopmentCa.create(Duration.ofDays(2));
  private static final String HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  private static ScriptedBackend backend(String... names) {
    return backend(
        connection -> {
          while (connection.readHead()) {
            connection.say(HI);
          }
        },
        names);
  }

  private static ScriptedBackend backend(ScriptedBackend.Script script, String... names) {
    var context = CA.issue("backend", List.of(names), Duration.ofDays(1)).serverContext();
    return ScriptedBackend.start(context.getServerSocketFactory(), script);
  }

  private static HeardAnswer get(
      Client client, ScriptedBackend backend, @Nullable String serverName) {
    return client.send(PermitFixture.to(upstream(backend, "internal", serverName)), "GET");
  }

  private static Upstream upstream(
      ScriptedBackend backend, String trust, @Nullable String serverName) {
    return new Upstream(
        "orders",
        Upstream.Protocol.H1,
        new Upstream.Tls(trust, serverName),
        List.of(backend.endpoint("a")),
        null,
        Upstream.PassiveHealth.DEFAULT,
        true);
  }

  private static Client trusting(DevelopmentCa ca) {
    return new Client(
        name -> {
          if (!name.equals("internal")) {
            throw new IllegalArgumentException("unknown trust store " + name);
          }
          return trust(ca);
        },
        PoolSettings.DEFAULT);
  }

  private static TrustManagerFactory trust(DevelopmentCa ca) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("ca", ca.certificate());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBackendWithTheRightAuthorityAndNameIsReached() throws Exception {
    try (var client = trusting(CA);
        var backend = backend("orders.internal")) {
      assertThat(get(client, backend, "orders.internal").await(Duration.ofSeconds(10)))
          .isEqualTo("head 200, body hi");
    }
  }

  @Test
  void withoutAServerNameTheCertificateMustCarryTheHost() throws Exception {
    try (var client = trusting(CA);
        var right = backend("127.0.0.1");
        var wrong = backend("localhost")) {
      assertThat(get(client, right, null).await(Duration.ofSeconds(10)))
          .isEqualTo("head 200, body hi");
      assertThat(get(client, wrong, null).await(Duration.ofSeconds(10)))
          .isEqualTo("failed CONNECT nothing sent");
    }
  }

  @Test
  void aBackendWithAnotherNameIsNotSentAnything() throws Exception {
    try (var client = trusting(CA);
        var backend = backend("payments.internal")) {
      var heard = get(client, backend, "orders.internal");

      assertThat(heard.await(Duration.ofSeconds(10))).isEqualTo("failed CONNECT nothing sent");
      assertThat(heard.failure().detail()).startsWith("TLS: ").contains("orders.internal");
      assertThat(backend.heads()).isEmpty();
    }
  }

  @Test
  void aBackendOfAnotherAuthorityIsNotSentAnything() throws Exception {
    try (var client = trusting(DevelopmentCa.create(Duration.ofDays(2)));
        var backend = backend("orders.internal")) {
      assertThat(get(client, backend, "orders.internal").await(Duration.ofSeconds(10)))
          .isEqualTo("failed CONNECT nothing sent");
      assertThat(backend.heads()).isEmpty();
    }
  }

  @Test
  void aBodyThatLastsUntilTheEndMustBeEndedByTls() throws Exception {
    ScriptedBackend.Script honest =
        connection -> {
          connection.readHead();
          connection.say("HTTP/1.1 200 OK\r\n\r\nall of it");
          connection.close();
        };
    var context =
        CA.issue("backend", List.of("orders.internal"), Duration.ofDays(1)).serverContext();
    ScriptedBackend.Script cut =
        connection -> {
          var secured = connection.secured(context);
          secured.readHead();
          secured.say("HTTP/1.1 200 OK\r\n\r\nhalf of i");
          connection.close();
        };
    try (var client = trusting(CA);
        var good = backend(honest, "orders.internal");
        var bad = ScriptedBackend.start(cut)) {
      assertThat(get(client, good, "orders.internal").await(Duration.ofSeconds(10)))
          .isEqualTo("head 200, body all of it");
      assertThat(get(client, bad, "orders.internal").await(Duration.ofSeconds(10)))
          .endsWith("failed BROKEN");
    }
  }

  @Test
  void anUnknownTrustStoreInstallsNothing() {
    try (var client = trusting(CA);
        var backend = backend("orders.internal")) {
      client.upstreams.install(List.of(Client.upstream(backend.endpoint("a"))));

      assertThatThrownBy(() -> client.upstreams.install(List.of(upstream(backend, "other", null))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("unknown trust store other");
      assertThat(client.upstreams.endpoints()).hasSize(1);
    }
  }
}
