package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.listener.ListenerSettings.Hsts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections from their handshake to the drain, and the other port.
final class LifeTest {
  private static final String HSTS = "strict-transport-security";

  @Test
  void aDrainLetsRequestsInFlightFinishAndTakesNoNewConnection() throws Exception {
    try (var rig = Rig.start();
        var idle = rig.h1();
        var h1 = rig.h1();
        var h2 = new H2Client(rig.connect("h2"))) {
      h1.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
      var first = rig.edge.nextHeld();
      h2.get(1, "/hold");
      var second = rig.edge.nextHeld();

      var drained = rig.listener.drain(Duration.ofSeconds(10)).toCompletableFuture();

      assertThat(idle.ended()).isTrue();
      assertThat(h2.goAway()).isZero();
      assertThatThrownBy(
              () -> new Socket(InetAddress.getLoopbackAddress(), rig.listener.httpsPort()).close())
          .isInstanceOf(ConnectException.class);
      assertThat(drained).isNotDone();
      first.onLoop(() -> first.answer(200, "one"));
      var answer = h1.read();
      assertThat(answer.body()).isEqualTo("one");
      assertThat(answer.headers()).containsEntry("connection", "close");
      second.onLoop(() -> second.answer(200, "two"));
      assertThat(h2.answer(1).status()).hasToString("200");
      drained.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aDrainAnswersTheRequestThatWasOnItsWay() throws Exception {
    try (var rig = Rig.start();
        var used = rig.h1();
        var fresh = rig.h1()) {
      used.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      used.read();

      var drained = rig.listener.drain(Duration.ofSeconds(10)).toCompletableFuture();
      for (var client : List.of(used, fresh)) {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var answer = client.read();

        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers()).containsEntry("connection", "close");
        assertThat(client.ended()).isTrue();
      }
      drained.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aDrainEndsWhatDoesNotFinishInTime() throws Exception {
    try (var rig = Rig.start();
        var h1 = rig.h1();
        var h2 = new H2Client(rig.connect("h2"))) {
      h1.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
      h2.get(1, "/hold");
      var first = rig.edge.nextHeld();
      var second = rig.edge.nextHeld();

      rig.listener.drain(Duration.ofMillis(100)).toCompletableFuture().get(5, TimeUnit.SECONDS);

      assertThat(List.of(String.valueOf(first.ended), String.valueOf(second.ended)))
          .containsExactly("aborted", "aborted");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (var rig = Rig.start();
        var client = rig.h1()) {
      String rest = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      client.send("GET /hold" + rest + "GET /source" + rest + "GET /" + rest);
      var held = rig.edge.nextHeld();
      assertThat(rig.edge.heads).hasSize(1);
      held.onLoop(() -> held.answer(200, "first"));

      assertThat(client.read().body()).isEqualTo("first");
      assertThat(client.read().body()).isEqualTo("127.0.0.1");
      assertThat(client.read().body()).isEqualTo("hello");
    }
  }

  @Test
  void anAnswerBeforeItsBodyKeepsTheConnectionWhenTheBodyIsSmall() throws IOException {
    try (var rig = Rig.start();
        var client = rig.h1()) {
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("hello");
      client.send("hello");
      assertThat(client.get("/source").body()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void aClientThatGoesIsToldAsAborted() throws Exception {
    try (var rig = Rig.start()) {
      var client = rig.h1().send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
      var held = rig.edge.nextHeld();
      client.close();
      Rig.await(() -> "aborted".equals(held.ended));

      try (var h2 = new H2Client(rig.connect("h2"))) {
        h2.get(1, "/hold").cancel(1);
        var stream = rig.edge.nextHeld();
        Rig.await(() -> "aborted".equals(stream.ended));
      }
    }
  }

  @Test
  void anAnswerShorterThanItsLengthIsSeenToBeCutOff() throws IOException {
    try (var rig = Rig.start();
        var client = rig.h1()) {
      client.send("GET /short HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThatThrownBy(client::read).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theCertificateIsChosenByServerNameAndReplacedWithoutAGap() throws IOException {
    try (var rig = Rig.start()) {
      assertThat(certificateOf(rig, "localhost")).contains("localhost");
      assertThat(certificateOf(rig, "other.test")).contains("other.test");
      assertThat(certificateOf(rig, "a.wild.test")).contains("other.test");

      rig.certificates.replace(List.of(Rig.certified("third.test", "third.test", "other.test")));

      assertThat(certificateOf(rig, "other.test")).contains("third.test");
    }
  }

  private static String certificateOf(Rig rig, String serverName) throws IOException {
    try (var socket = rig.connectTo(serverName)) {
      return socket.getSession().getPeerPrincipal().getName();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aClientThatComesBackResumesItsSession(String protocol) throws IOException {
    SSLContext client = Rig.CA.clientContext();
    try (var rig = Rig.start()) {
      try (var first = resumable(rig, client, protocol)) {
        // The ticket of TLS 1.3 comes after the handshake, with or before the first answer.
        assertThat(first.get("/hello").status()).isEqualTo(200);
        session(first).putValue("seen", "before");
      }

      try (var second = resumable(rig, client, protocol)) {
        assertThat(second.get("/hello").status()).isEqualTo(200);

        // The JDK hands the values of a session on to the ones that are resumed from it.
        assertThat(session(second).getValue("seen")).isEqualTo("before");
      }
    }
  }

  private static H1Client resumable(Rig rig, SSLContext client, String protocol)
      throws IOException {
    int port = rig.listener.httpsPort();
    var plain = new Socket(InetAddress.getLoopbackAddress(), port);
    var socket = (SSLSocket) client.getSocketFactory().createSocket(plain, "localhost", port, true);
    socket.setEnabledProtocols(new String[] {protocol});
    socket.setSoTimeout(5_000);
    return new H1Client(socket);
  }

  private static SSLSession session(H1Client client) {
    return ((SSLSocket) client.socket()).getSession();
  }

  @Test
  void aRequestForAHostOfAnotherCertificateIsSeenAsSuch() throws IOException {
    try (var rig = Rig.start();
        var client = rig.h1()) {
      String rest = "/certified HTTP/1.1\r\nHost: ";
      assertThat(client.send("GET " + rest + "localhost\r\n\r\n").read().status()).isEqualTo(200);
      assertThat(client.send("GET " + rest + "other.test\r\n\r\n").read().status()).isEqualTo(421);
    }
  }

  @Test
  void transportSecurityIsASetting() throws IOException {
    var twoYears = Duration.ofDays(730);
    for (var row :
        Map.of(
                new Hsts(twoYears, true, true),
                "max-age=63072000; includeSubDomains; preload",
                new Hsts(twoYears, false, false),
                "max-age=63072000",
                Hsts.OFF,
                "none")
            .entrySet()) {
      try (var rig = Rig.start(_ -> Rig.promising(row.getKey()));
          var h1 = rig.h1();
          var h2 = new H2Client(rig.connect("h2"))) {
        assertThat(h1.get("/").headers().getOrDefault(HSTS, "none")).isEqualTo(row.getValue());
        assertThat(h2.get(1, "/").answer(1).get(HSTS, "none")).hasToString(row.getValue());
      }
    }
  }

  @Test
  void suitesWithoutForwardSecrecyAndPlainTextAreNotServed() throws IOException {
    try (var rig = Rig.start()) {
      for (String suite :
          List.of(
              "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")) {
        assertThatThrownBy(() -> rig.connectWith("TLSv1.2", suite))
            .isInstanceOf(SSLHandshakeException.class);
      }
      rig.connectWith("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256").close();
      rig.connectWith("TLSv1.3", "TLS_AES_256_GCM_SHA384").close();
      try (var plain = new Socket(InetAddress.getLoopbackAddress(), rig.listener.httpsPort())) {
        plain.setSoTimeout(5_000);
        plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(plain.getInputStream().readAllBytes().length).isLessThan(20);
      }
    }
  }

  @Test
  void theSourceIsTheNearestHopThatIsNotTrusted() throws IOException {
    var trusted = List.of(Network.of("127.0.0.0/8"), Network.of("10.0.0.0/8"));
    try (var rig = Rig.start(s -> Rig.trusting(s.bounds(), trusted));
        var client = rig.h1()) {
      String head = "GET /source HTTP/1.1\r\nHost: localhost\r\n";
      assertThat(
              client
                  .send(head + "X-Forwarded-For: 1.1.1.1, 192.0.2.7, 10.1.2.3\r\n\r\n")
                  .read()
                  .body())
          .isEqualTo("192.0.2.7");
      assertThat(client.send(head + "X-Forwarded-For: 192.0.2.7, junk\r\n\r\n").read().body())
          .isEqualTo("127.0.0.1");
    }
    try (var rig = Rig.start();
        var client = rig.h1()) {
      assertThat(
              client
                  .send(
                      "GET /source HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n")
                  .read()
                  .body())
          .isEqualTo("127.0.0.1");
    }
  }

  @Test
  void theHttpPortOnlyRedirectsForHostsOfTheBundle() throws IOException {
    try (var rig = Rig.start()) {
      var moved = plain(rig, "GET /a/b?c=d HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
      assertThat(moved.status()).isEqualTo(308);
      assertThat(moved.headers())
          .containsEntry("location", "https://localhost:" + rig.listener.httpsPort() + "/a/b?c=d")
          .doesNotContainKey("strict-transport-security");
      assertThat(plain(rig, "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n").status()).isEqualTo(421);
      assertThat(plain(rig, "GET /..%2fa HTTP/1.1\r\nHost: localhost\r\n\r\n").status())
          .isEqualTo(400);
      assertThat(plain(rig, "GET / HTTP/1.1\nHost: localhost\r\n\r\n").status()).isEqualTo(400);
    }
  }

  private static H1Client.Answer plain(Rig rig, String request) throws IOException {
    int port = rig.listener.httpPort().orElseThrow();
    try (var client = new H1Client(new Socket(InetAddress.getLoopbackAddress(), port))) {
      client.socket().setSoTimeout(5_000);
      var answer = client.send(request).read();
      assertThat(client.ended()).isTrue();
      return answer;
    }
  }
}
