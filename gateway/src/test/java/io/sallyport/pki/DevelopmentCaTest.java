package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DevelopmentCaTest {
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration MONTH = Duration.ofDays(30);
  private static final DevelopmentCa CA = DevelopmentCa.create(YEAR);

  @TempDir Path folder;

  @Test
  void aClientThatTrustsTheAuthorityReachesItsServer() throws Exception {
    var certificate = CA.issue("server", List.of("localhost", "127.0.0.1", "api.test"), MONTH);

    assertThat(get(certificate, CA)).isEqualTo(204);
  }

  @Test
  void aClientThatTrustsAnotherAuthorityDoesNot() {
    var certificate = CA.issue("server", List.of("localhost"), MONTH);
    var another = DevelopmentCa.create(YEAR);

    assertThatThrownBy(() -> get(certificate, another)).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void aServerCertificateSaysWhatItIsFor() throws Exception {
    var hosts = List.of("API.test", "*.api.test", "127.0.0.1", "::1");

    var leaf = CA.issue("gateway", hosts, MONTH).certificate();

    assertThat(leaf.getVersion()).isEqualTo(3);
    assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=gateway");
    assertThat(leaf.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(
            List.of(2, "api.test"),
            List.of(2, "*.api.test"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"));
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(keyUsages(leaf)).containsExactly(0);
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(((ECPublicKey) leaf.getPublicKey()).getParams().getCurve().getField().getFieldSize())
        .isEqualTo(256);
    assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
    leaf.verify(CA.certificate().getPublicKey());
  }

  @Test
  void theAuthorityIssuesLeavesOnlyAndIsNamedAfterItsMachine() throws Exception {
    var ca = CA.certificate();

    assertThat(ca.getBasicConstraints()).isEqualTo(0);
    assertThat(keyUsages(ca)).containsExactly(5, 6);
    assertThat(ca.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19", "2.5.29.30");
    assertThat(ca.getSubjectX500Principal().getName())
        .startsWith("CN=Sallyport development CA ")
        .hasSizeGreaterThan("CN=Sallyport development CA ".length());
    ca.verify(ca.getPublicKey());
  }

  @Test
  void theKeyIdentifiersLinkALeafToItsAuthority() {
    var leaf = CA.issue("server", List.of("localhost"), MONTH).certificate();

    // 04 16 04 14 key-id  and  04 18 30 16 80 14 key-id
    var subjectKey = CA.certificate().getExtensionValue("2.5.29.14");
    var authorityKey = leaf.getExtensionValue("2.5.29.35");
    assertThat(subjectKey).hasSize(24).startsWith(0x04, 0x16, 0x04, 0x14);
    assertThat(authorityKey).hasSize(26).startsWith(0x04, 0x18, 0x30, 0x16, 0x80, 0x14);
    assertThat(Arrays.copyOfRange(authorityKey, 6, 26))
        .isEqualTo(Arrays.copyOfRange(subjectKey, 4, 24));
  }

  @Test
  void aCertificateHoldsALittleBeforeItIsMadeAndNotLongerThanAsked() {
    var before = Instant.now();

    var leaf = CA.issue("server", List.of("localhost"), MONTH).certificate();

    assertThat(leaf.getNotBefore().toInstant())
        .isBetween(before.minus(Duration.ofHours(2)), before.minus(Duration.ofMinutes(30)));
    assertThat(leaf.getNotAfter().toInstant())
        .isBetween(before.plus(MONTH).minusSeconds(2), Instant.now().plus(MONTH));
  }

  @Test
  void aLeafNeverOutlivesItsAuthority() {
    var shortLived = DevelopmentCa.create(Duration.ofDays(2));

    var leaf = shortLived.issue("server", List.of("localhost"), MONTH).certificate();

    assertThat(leaf.getNotAfter()).isEqualTo(shortLived.certificate().getNotAfter());
  }

  @Test
  void anAuthorityThatEndsAfter2049IsReadBackWithItsDate() {
    var century = DevelopmentCa.create(Duration.ofDays(36500));

    assertThat(century.certificate().getNotAfter().toInstant())
        .isBetween(
            Instant.now().plus(Duration.ofDays(36499)), Instant.now().plus(Duration.ofDays(36500)));
  }

  @Test
  void serialNumbersDifferAndFitTheirField() {
    var one = CA.issue("server", List.of("localhost"), MONTH).certificate().getSerialNumber();
    var two = CA.issue("server", List.of("localhost"), MONTH).certificate().getSerialNumber();

    assertThat(one).isNotEqualTo(two).isPositive();
    assertThat(one.bitLength()).isBetween(64, 159);
    assertThat(one.compareTo(BigInteger.ZERO)).isPositive();
  }

  @Test
  void theAuthorityCannotSpeakForNamesThatSomebodyOwns() {
    assertThatThrownBy(() -> CA.issue("server", List.of("localhost", "www.debian.org"), MONTH))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("www.debian.org")
        .hasMessageContaining("make a new one");
    assertThatThrownBy(() -> CA.issue("server", List.of("192.0.2.1"), MONTH))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("192.0.2.1");
  }

  @Test
  void itsNameConstraintHoldsAgainstSomeoneWhoStoleTheKey() throws Exception {
    CA.writePem(folder);
    var stolen = Pem.privateKey(folder.resolve("ca.key"));
    var keys = Certificates.newKeyPair();
    var good = new HostName.Dns("www.api.test");
    var bad = new HostName.Dns("www.debian.org");

    for (HostName.Dns name : List.of(good, bad)) {
      var forged =
          Certificates.server(
              CA.certificate(),
              stolen,
              keys.getPublic(),
              new X500Principal("CN=thief"),
              new Certificates.Validity(Instant.now().minusSeconds(9), Instant.now().plus(MONTH)),
              List.of(name));
      if (name.equals(good)) {
        validate(forged);
      } else {
        assertThatThrownBy(() -> validate(forged))
            .isInstanceOf(CertPathValidatorException.class)
            .hasMessageContaining("name constraints");
      }
    }
  }

  @Test
  void anAuthorityMadeForADomainSpeaksForIt() {
    var ca = DevelopmentCa.create(YEAR, List.of("corp.dev"));

    assertThat(ca.issue("server", List.of("api.corp.dev", "corp.dev"), MONTH).chain()).hasSize(1);
    assertThatThrownBy(() -> ca.issue("server", List.of("api.corp.io"), MONTH))
        .isInstanceOf(CertificateProblem.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "-x.test", "a..test", "*.*.test", "x.*.test", "1.2.3", "::g", "a_b"})
  void whatIsNoHostNameIsRefused(String host) {
    assertThatThrownBy(() -> CA.issue("server", List.of(host), MONTH))
        .isInstanceOf(CertificateProblem.class)
        .hasMessage("not a host name or IP address: '" + host + "'");
  }

  @Test
  void aLifeThatIsTooLongOrNoLifeAtAllIsRefused() {
    var hosts = List.of("localhost");
    assertThatThrownBy(() -> CA.issue("server", hosts, Duration.ofDays(399)))
        .hasMessage("a server certificate may live 398 days at most, not 399");
    assertThatThrownBy(() -> CA.issue("server", hosts, Duration.ZERO))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("must be positive");
    assertThatThrownBy(() -> CA.issue("server", List.of(), MONTH))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("needs a host name");
  }

  @Test
  void anAuthorityIsTheSameAfterALoad() {
    CA.writePem(folder);

    var loaded = DevelopmentCa.load(folder);

    assertThat(loaded.certificate()).isEqualTo(CA.certificate());
    var leaf = loaded.issue("server", List.of("localhost"), MONTH).certificate();
    assertThat(leaf.getIssuerX500Principal()).isEqualTo(CA.certificate().getSubjectX500Principal());
  }

  @Test
  void keysAreReadableByTheirOwnerOnly() throws Exception {
    CA.writePem(folder);
    var files = CA.issue("server", List.of("localhost"), MONTH).writePem(folder, "server");

    assertThat(permissions(folder.resolve("ca.key"))).isEqualTo("rw-------");
    assertThat(permissions(files.key())).isEqualTo("rw-------");
    assertThat(permissions(files.certificate())).isEqualTo("rw-r--r--");
    try (var all = Files.list(folder)) {
      assertThat(all.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("ca.pem", "ca.key", "server.pem", "server.key");
    }
  }

  @Test
  void aBrokenFolderIsExplained() throws Exception {
    assertThatThrownBy(() -> DevelopmentCa.load(folder))
        .isInstanceOf(CertificateProblem.class)
        .hasMessage(folder.resolve("ca.pem") + ": no such file");

    CA.writePem(folder);
    Files.delete(folder.resolve("ca.key"));
    assertThatThrownBy(() -> DevelopmentCa.load(folder))
        .hasMessage(folder.resolve("ca.key") + ": no such file");

    DevelopmentCa.create(YEAR).writePem(folder);
    var mixed = folder.resolve("ca.pem");
    Pem.write(mixed, List.of(CA.certificate()));
    assertThatThrownBy(() -> DevelopmentCa.load(folder))
        .hasMessage(folder.resolve("ca.key") + ": is not the key of ca.pem");

    Files.writeString(mixed, "nothing");
    assertThatThrownBy(() -> DevelopmentCa.load(folder))
        .hasMessage(mixed + ": no certificate in this file");
  }

  @Test
  void aLeafIsNoAuthority() {
    var leaf = CA.issue("server", List.of("localhost"), MONTH);
    leaf.writePem(folder, "ca");

    assertThatThrownBy(() -> DevelopmentCa.load(folder))
        .hasMessage(folder.resolve("ca.pem") + ": not the certificate of an authority");
  }

  @Test
  void anAuthorityThatHasEndedSaysWhatToDo() {
    var keys = Certificates.newKeyPair();
    var name = CA.certificate().getSubjectX500Principal();
    var past =
        new Certificates.Validity(
            Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2021-01-01T00:00:00Z"));
    var ended = Certificates.authority(keys, name, past, List.of("test"), List.of());
    Pem.write(folder.resolve("ca.pem"), List.of(ended));
    Pem.write(folder.resolve("ca.key"), keys.getPrivate());

    assertThatThrownBy(() -> DevelopmentCa.load(folder))
        .hasMessage(
            folder.resolve("ca.pem")
                + ": ended on 2021-01-01T00:00:00Z; remove it and ca.key to make a new one");
  }

  @Test
  void aKeyOfAnotherFormIsNamed() throws Exception {
    var file = folder.resolve("old.key");
    Files.writeString(file, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");

    assertThatThrownBy(() -> Pem.privateKey(file))
        .hasMessage(file + ": is a EC PRIVATE KEY; an unencrypted PKCS #8 key is needed");
  }

  @Test
  void aFolderThatIsAFileIsExplained() throws Exception {
    var file = Files.writeString(folder.resolve("taken"), "x");

    assertThatThrownBy(() -> CA.writePem(file))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("taken");
  }

  private static int get(ServerCertificate certificate, DevelopmentCa trusted)
      throws IOException, InterruptedException {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try (var client = HttpClient.newBuilder().sslContext(trusted.clientContext()).build()) {
      var uri = URI.create("https://localhost:" + server.getAddress().getPort() + "/");
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    } finally {
      server.stop(0);
    }
  }

  /// The JDK ignores the constraints of a trust anchor, so the authority is shown as a link of the
  /// chain below its own bare key, where they count.
  private static void validate(X509Certificate leaf) throws GeneralSecurityException {
    var ca = CA.certificate();
    var anchor = new TrustAnchor(ca.getSubjectX500Principal(), ca.getPublicKey(), null);
    var parameters = new PKIXParameters(Set.of(anchor));
    parameters.setRevocationEnabled(false);
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf, ca));
    CertPathValidator.getInstance("PKIX").validate(path, parameters);
  }

  private static List<Integer> keyUsages(X509Certificate certificate) {
    var bits = certificate.getKeyUsage();
    return IntStream.range(0, bits.length).filter(i -> bits[i]).boxed().toList();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
