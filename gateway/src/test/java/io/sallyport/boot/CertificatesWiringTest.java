package io.sallyport.boot;

import static io.sallyport.boot.TestGateway.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.cli.RunningGateway;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates as the settings name them: several by server name, or a Spring Boot SSL bundle.
final class CertificatesWiringTest {
  private static final Duration LIFE = Duration.ofDays(30);

  @TempDir Path folder;

  @Test
  void furtherCertificatesAreChosenByTheNameThatAClientAsksFor() throws Exception {
    var test = new TestGateway(folder);
    test.bundle("one", 1);
    var other = test.ca.issue("other", List.of("other.test"), LIFE).writePem(folder, "other");
    try (var gateway =
        GatewayApplication.start(
            test.settings(
                "--sallyport.tls.more[0].certificate=" + other.certificate(),
                "--sallyport.tls.more[0].key=" + other.key()))) {
      assertThat(servedFor(test, gateway, "localhost")).isEqualTo("CN=first");
      assertThat(servedFor(test, gateway, "other.test")).isEqualTo("CN=other");
      assertThat(servedFor(test, gateway, "unknown.test")).isEqualTo("CN=first");

      test.ca.issue("renewed", List.of("other.test"), LIFE).writePem(folder, "other");
      until(() -> servedFor(test, gateway, "other.test").equals("CN=renewed"));
      assertThat(servedFor(test, gateway, "localhost")).isEqualTo("CN=first");
    }
  }

  @Test
  void aSpringBootSslBundleServesAndIsReloaded() throws Exception {
    var test = new TestGateway(folder);
    test.bundle("one", 1);
    var keystore = "--spring.ssl.bundle.pem.public.keystore.";
    var settings =
        withBundle(
            test,
            "--sallyport.tls.bundle=public",
            "--spring.ssl.bundle.watch.file.quiet-period=100ms",
            "--spring.ssl.bundle.pem.public.reload-on-update=true",
            keystore + "certificate=file:" + folder.resolve("server.pem"),
            keystore + "private-key=file:" + folder.resolve("server.key"));
    try (var gateway = GatewayApplication.start(settings)) {
      assertThat(servedFor(test, gateway, "localhost")).isEqualTo("CN=first");

      test.certify("second");
      until(() -> servedFor(test, gateway, "localhost").equals("CN=second"));
      until(() -> test.audit().contains("certificates-replaced"));
    }
  }

  @Test
  void aBundleThatIsNotThereIsRefused() throws Exception {
    var test = new TestGateway(folder);
    test.bundle("one", 1);

    assertThatThrownBy(
            () -> GatewayApplication.start(withBundle(test, "--sallyport.tls.bundle=nowhere")))
        .isInstanceOf(ConfigurationRefused.class)
        .hasMessageContaining("sallyport.tls.bundle: the SSL bundle 'nowhere' cannot be used");
  }

  private static List<String> withBundle(TestGateway test, String... more) {
    var settings = new ArrayList<>(test.settings(more));
    settings.removeIf(
        each ->
            each.startsWith("--sallyport.tls.certificate")
                || each.startsWith("--sallyport.tls.key"));
    return settings;
  }

  private static String servedFor(TestGateway test, RunningGateway gateway, String name)
      throws Exception {
    var sockets = test.ca.clientContext().getSocketFactory();
    try (var socket =
        (SSLSocket) sockets.createSocket(InetAddress.getLoopbackAddress(), gateway.httpsPort())) {
      var parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }
}
