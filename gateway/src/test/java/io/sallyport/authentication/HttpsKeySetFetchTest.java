package io.sallyport.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sallyport.bundle.JwtIdentity.KeyUrl;
import io.sallyport.demo.DevelopmentIssuer;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real TLS, a real issuer and one that misbehaves.
class HttpsKeySetFetchTest {
  private static final DevelopmentCa CA = DevelopmentCa.create(Duration.ofDays(1));
  private static final ServerCertificate CERTIFICATE =
      CA.issue("issuer", List.of("localhost"), Duration.ofDays(1));

  private final HttpsKeySetFetch fetch = new HttpsKeySetFetch(HttpsKeySetFetchTest::trust);
  private HttpsServer strange;

  @BeforeEach
  void begin() throws IOException {
    strange = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    strange.setHttpsConfigurator(new HttpsConfigurator(CERTIFICATE.serverContext()));
    strange.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("location", "/jwks.json");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    strange.createContext(
        "/huge",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (exchange;
              var body = exchange.getResponseBody()) {
            byte[] spaces = new byte[1 << 16];
            Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < 20; i++) {
              body.write(spaces);
            }
          }
        });
    strange.start();
  }

  @AfterEach
  void end() {
    strange.stop(0);
    fetch.close();
  }

  @Test
  void aKeySetIsFetchedFromAServerThatTheTrustStoreVouchesFor() throws Exception {
    try (var issuer =
        DevelopmentIssuer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CERTIFICATE)) {
      KeySet keys = KeySet.read(document(issuer.keySet(), "development"), null);

      assertThat(keys.find(null, "ES256")).isNotNull();
      assertThatThrownBy(() -> document(issuer.keySet(), ""))
          .isInstanceOf(ExecutionException.class);
      assertThatThrownBy(() -> document(issuer.keySet(), "unknown"))
          .hasCauseInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aRedirectIsNotFollowed() {
    assertThatThrownBy(() -> document(at("/moved"), "development"))
        .hasRootCauseMessage("status 302");
  }

  @Test
  void anAnswerThatIsNotThereIsNone() {
    assertThatThrownBy(() -> document(at("/nowhere"), "development"))
        .hasRootCauseMessage("status 404");
  }

  @Test
  void anAnswerOfMoreThanAMebibyteIsRefused() {
    assertThatThrownBy(() -> document(at("/huge"), "development"))
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void nothingIsFetchedInTheClear() {
    assertThatThrownBy(() -> document(URI.create("http://localhost:1/"), "development"))
        .hasRootCauseMessage("not an https URL: http://localhost:1/");
  }

  private URI at(String path) {
    return URI.create("https://localhost:" + strange.getAddress().getPort() + path);
  }

  private String document(URI url, String trust) throws Exception {
    return fetch
        .fetch(new KeyUrl(url, trust, Duration.ofMinutes(5), Duration.ofHours(24)))
        .get(10, TimeUnit.SECONDS);
  }

  private static TrustManagerFactory trust(String name) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      switch (name) {
        case "" -> factory.init((KeyStore) null);
        case "development" -> {
          var store = KeyStore.getInstance(KeyStore.getDefaultType());
          store.load(null, null);
          store.setCertificateEntry("ca", CA.certificate());
          factory.init(store);
        }
        default -> throw new IllegalArgumentException("no trust store named " + name);
      }
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
