package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.Pem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CertsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void anEmptyFolderGetsAnAuthorityAndACertificate() throws Exception {
    assertThat(certs("--out", folder.toString(), "--host", "localhost", "127.0.0.1")).isZero();

    var ca = DevelopmentCa.load(folder);
    var leaf = Pem.certificates(folder.resolve("server.pem")).getFirst();
    leaf.verify(ca.certificate().getPublicKey());
    assertThat(leaf.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(List.of(2, "localhost"), List.of(7, "127.0.0.1"));
    assertThat(leaf.getNotAfter().toInstant())
        .isBetween(
            Instant.now().plus(Duration.ofDays(89)), Instant.now().plus(Duration.ofDays(90)));
    assertThat(Pem.privateKey(folder.resolve("server.key")).getAlgorithm()).isEqualTo("EC");
    assertThat(out.toString())
        .contains(folder.resolve("ca.pem") + "  (new; trust this one)")
        .contains(folder.resolve("server.pem").toString())
        .contains(folder.resolve("server.key").toString());
  }

  @Test
  void nothingIsOverwrittenUnlessForced() throws Exception {
    certs("--out", folder.toString(), "--host", "localhost");
    var before = Files.readString(folder.resolve("server.pem"));

    assertThat(certs("--out", folder.toString(), "--host", "localhost")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "sallyport certs: " + folder.resolve("server.pem") + " exists; --force replaces it");
    assertThat(Files.readString(folder.resolve("server.pem"))).isEqualTo(before);

    var authority = Files.readString(folder.resolve("ca.pem"));
    assertThat(certs("--out", folder.toString(), "--host", "localhost", "--force")).isZero();
    assertThat(Files.readString(folder.resolve("server.pem"))).isNotEqualTo(before);
    assertThat(Files.readString(folder.resolve("ca.pem"))).isEqualTo(authority);
    assertThat(out.toString()).contains("(kept)");
  }

  @Test
  void aKeyAloneIsNotOverwrittenEither() throws Exception {
    Files.writeString(folder.resolve("server.key"), "precious");

    assertThat(certs("--out", folder.toString(), "--host", "localhost")).isEqualTo(1);

    assertThat(Files.readString(folder.resolve("server.key"))).isEqualTo("precious");
    assertThat(folder.resolve("ca.pem")).doesNotExist();
  }

  @Test
  void aNewAuthorityMaySpeakForTheDomainsItIsMadeForAndNoOthers() {
    assertThat(certs("--out", folder.toString(), "--host", "api.corp.dev", "*.shop.dev")).isZero();

    assertThat(certs("--out", folder.toString(), "--host", "www.corp.dev", "--force")).isEqualTo(1);
    assertThat(err.toString())
        .contains("this authority was not made to speak for www.corp.dev")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--host localhost",
        "--out x",
        "",
        "--out x --host localhost --days 399",
        "--out x --host localhost --days 0",
        "--out x --host localhost --days many",
        "--out x --host localhost --hots y",
        "show"
      })
  void wrongUsageIsTwo(String arguments) {
    var words = arguments.isEmpty() ? new String[0] : arguments.split(" ");

    assertThat(certs(words)).isEqualTo(2);
    assertThat(err.toString()).isNotBlank();
  }

  @Test
  void aHostThatIsNoneIsNamedAndNothingIsMade() {
    assertThat(certs("--out", folder.toString(), "--host", "a_b")).isEqualTo(2);

    assertThat(err.toString()).startsWith("--host: not a host name or IP address: 'a_b'");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void showTellsWhatMattersOfACertificate() {
    certs("--out", folder.toString(), "--host", "localhost", "127.0.0.1", "--days", "30");

    assertThat(certs("show", folder.resolve("server.pem").toString())).isZero();

    assertThat(out.toString())
        .contains("subject      CN=localhost")
        .contains("issuer       CN=Sallyport development CA")
        .contains("names        localhost, 127.0.0.1")
        .contains("(29 days left)")
        .contains("key          EC 256 bits")
        .containsPattern("fingerprint  SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(certs("show", folder.resolve("ca.pem").toString())).isZero();
    assertThat(out.toString()).contains("names        none (an authority)");
  }

  @Test
  void showOfNoCertificateIsOneClearLine() {
    assertThat(certs("show", folder.resolve("none.pem").toString())).isEqualTo(1);

    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "sallyport certs show: " + folder.resolve("none.pem") + ": no such file");
  }

  @Test
  void helpHasExamples() {
    assertThat(certs("--help")).isZero();

    assertThat(out.toString()).contains("sallyport certs --out certificates --host localhost");
  }

  private int certs(String... arguments) {
    return new CommandLine(new CertsCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
