package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.audit.AuditRecord;
import io.sallyport.policy.Reason;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.RawBackend;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Spring lane, whatever its filters do: bodies, back-pressure, failures, and that nothing
/// leads past the permit.
final class LaneTest {
  private static final int MUCH = 20 << 20;

  @TempDir Path folder;

  private static String route(String policy, String filter) {
    return """
        - id: filtered
          match: { host: localhost, path: /** }
          policy: %s
          upstream: backend
          body: { max: 1GiB }
          timeouts: { firstByte: 1s, idle: 500ms }
          filters: [ "%s" ]
        """
        .formatted(policy, filter);
  }

  private GatewayUnderTest gateway(String policy, String filter, String backend)
      throws IOException {
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    PluginJar.write(
        plugins.resolve("hostile.jar"),
        Files.createDirectories(folder.resolve("nothing")),
        HostileFilters.class.getName());
    return GatewayUnderTest.start(
        GatewayUnderTest.Setup.DEFAULT.withPlugins(plugins),
        TestBundle.of(route(policy, filter), backend));
  }

  private static HttpResponse<byte[]> send(
      GatewayUnderTest gateway, HttpClient.Version version, HttpRequest.Builder request)
      throws Exception {
    try (var client = gateway.client(version)) {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    }
  }

  /// The client has its answer a moment before the exchange is over.
  private static void assertThatNothingIsUnderWay(GatewayUnderTest gateway) throws Exception {
    for (int i = 0; i < 500 && gateway.edge().inFlight() > 0; i++) {
      Thread.sleep(10);
    }
    assertThat(gateway.edge().inFlight()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void bodiesPassBothWays(HttpClient.Version version) throws Exception {
    byte[] body = new byte[MUCH];
    java.util.Arrays.fill(body, (byte) 'x');
    try (var backend = new EchoBackend();
        var gateway = gateway("open", "AddRequestHeader=x-a, 1", backend.address())) {
      var answer =
          send(
              gateway,
              version,
              HttpRequest.newBuilder(gateway.uri("/a"))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(body);
      AuditRecord record =
          gateway.record(answer.headers().firstValue("sallyport-decision").orElseThrow());
      assertThat(record.bytesIn()).isEqualTo(MUCH);
      assertThat(record.bytesOut()).isEqualTo(MUCH);
      assertThat(record.endpoint()).isEqualTo(backend.address());
    }
  }

  @Test
  void nobodyEntersWithoutBeingAdmitted() throws Exception {
    try (var backend = new EchoBackend();
        var gateway = gateway("readers", "AddRequestHeader=x-a, 1", backend.address())) {
      var without =
          send(gateway, HttpClient.Version.HTTP_2, HttpRequest.newBuilder(gateway.uri("/a")));
      var preflight =
          send(
              gateway,
              HttpClient.Version.HTTP_2,
              HttpRequest.newBuilder(gateway.uri("/a"))
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                  .header("origin", "https://evil.example.com")
                  .header("access-control-request-method", "GET"));
      assertThat(without.statusCode()).isEqualTo(401);
      assertThat(preflight.statusCode()).isEqualTo(401);
      assertThat(backend.seen()).isEmpty();

      var with =
          send(
              gateway,
              HttpClient.Version.HTTP_2,
              gateway.request("/a", gateway.token("alice", "orders:read")));
      assertThat(with.statusCode()).isEqualTo(200);
      assertThat(backend.seen().getFirst().fields())
          .noneMatch(field -> field.startsWith("authorization"))
          .anyMatch(field -> field.startsWith("sallyport-identity: "));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throws",
        "error",
        "elsewhere",
        "forward",
        "loadbalanced",
        "traversal",
        "dots",
        "method",
        "forgets",
        "linebreak",
        "twolengths",
        "badfields",
        "empty"
      })
  void noTrickOfAFilterReachesABackend(String trick) throws Exception {
    try (var backend = new EchoBackend();
        var gateway = gateway("open", "Hostile=" + trick, backend.address())) {
      var answer =
          send(gateway, HttpClient.Version.HTTP_2, HttpRequest.newBuilder(gateway.uri("/a")));

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(backend.seen()).isEmpty();
      assertThatNothingIsUnderWay(gateway);
    }
  }

  @Test
  void nothingOfAnExchangeIsLeftBehind() throws Exception {
    HostileFilters.EXCHANGES.clear();
    try (var backend = new EchoBackend();
        var gateway = gateway("open", "Hostile=remember", backend.address());
        var client = gateway.client(HttpClient.Version.HTTP_1_1)) {
      var request = HttpRequest.newBuilder(gateway.uri("/a")).build();
      for (int i = 0; i < 100; i++) {
        client.send(request, BodyHandlers.discarding());
      }
      assertThatNothingIsUnderWay(gateway);

      assertThat(HostileFilters.EXCHANGES).hasSize(100);
      for (int i = 0; i < 100 && left() > 2; i++) {
        System.gc();
        Thread.sleep(10);
      }
      // The last ones of each connection may still be on its stack of handlers.
      assertThat(left()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aFilterThatEndsATunnelWhereItBeginsEndsTheExchange() throws Exception {
    RawBackend.Script script =
        connection -> {
          connection.head();
          connection.say(
              """
              HTTP/1.1 101 Switching Protocols\r
              Upgrade: websocket\r
              Connection: Upgrade\r
              Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
              \r
              """);
          connection.head();
        };
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    PluginJar.write(
        plugins.resolve("hostile.jar"),
        Files.createDirectories(folder.resolve("nothing")),
        HostileFilters.class.getName());
    try (var backend = RawBackend.start(script);
        var gateway =
            GatewayUnderTest.start(
                GatewayUnderTest.Setup.DEFAULT.withPlugins(plugins),
                TestBundle.of(
                    """
                    - id: chat
                      match: { host: localhost, path: /chat, upgrade: websocket }
                      policy: open
                      upstream: backend
                      filters: [ "Hostile=closes" ]
                    """,
                    backend.address()));
        var socket = gateway.connect("http/1.1")) {
      String request =
          """
          GET /chat HTTP/1.1\r
          Host: localhost\r
          Connection: Upgrade\r
          Upgrade: websocket\r
          Sec-WebSocket-Version: 13\r
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
          \r
          """;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 500");
      assertThatNothingIsUnderWay(gateway);
    }
  }

  private static long left() {
    return HostileFilters.EXCHANGES.stream().filter(each -> each.get() != null).count();
  }

  @Test
  void aFilterThatNeverGoesOnIsGivenUp() throws Exception {
    try (var backend = new EchoBackend();
        var gateway = gateway("open", "Hostile=never", backend.address())) {
      var answer =
          send(gateway, HttpClient.Version.HTTP_2, HttpRequest.newBuilder(gateway.uri("/a")));

      assertThat(answer.statusCode()).isEqualTo(504);
      assertThatNothingIsUnderWay(gateway);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"long", "short"})
  void anAnswerOfAnotherLengthThanItSaysIsCutOff(String trick) throws Exception {
    try (var backend = new EchoBackend();
        var gateway = gateway("open", "Hostile=" + trick, backend.address());
        var socket = gateway.connect("http/1.1")) {
      String request = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write((request + request).getBytes(StandardCharsets.US_ASCII));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answers.split("HTTP/1.1 ")).as(answers).hasSizeLessThanOrEqualTo(2);
    } catch (IOException cut) {
      assertThat(cut).hasMessageContaining("reset");
    }
  }

  @Test
  void aBackendThatIsNotThereIsSaidAsOnTheOtherLane() throws Exception {
    // Bound and not listening: nobody else can take the port meanwhile.
    var silent = new Socket();
    silent.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    try (silent;
        var gateway =
            gateway("open", "AddRequestHeader=x-a, 1", "127.0.0.1:" + silent.getLocalPort())) {
      var answer =
          send(gateway, HttpClient.Version.HTTP_2, HttpRequest.newBuilder(gateway.uri("/a")));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("unavailable");
      assertThatNothingIsUnderWay(gateway);
      assertThat(gateway.refusals(Reason.NO_ENDPOINT)).isEqualTo(1);
    }
  }

  @Test
  void anAnswerThatBreaksIsCutOff() throws Exception {
    RawBackend.Script half =
        connection -> {
          connection.head();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
        };
    try (var backend = RawBackend.start(half);
        var gateway = gateway("open", "AddRequestHeader=x-a, 1", backend.address())) {
      assertThatThrownBy(
              () ->
                  send(
                      gateway,
                      HttpClient.Version.HTTP_2,
                      HttpRequest.newBuilder(gateway.uri("/a"))))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aClientThatDoesNotReadMakesTheBackendWaitAndALeavingOneEndsIt() throws Exception {
    var written = new AtomicLong();
    var ended = new CountDownLatch(1);
    byte[] piece = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    RawBackend.Script endless =
        connection -> {
          connection.head();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
          try {
            while (written.get() < 1_000_000_000) {
              connection.socket().getOutputStream().write(piece);
              written.addAndGet(piece.length);
            }
          } finally {
            ended.countDown();
          }
        };
    try (var backend = RawBackend.start(endless);
        var gateway = gateway("open", "AddRequestHeader=x-a, 1", backend.address())) {
      try (var socket = gateway.connect("http/1.1", 64 * 1024)) {
        socket
            .getOutputStream()
            .write(
                "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        long before;
        do {
          before = written.get();
          Thread.sleep(300);
        } while (written.get() > before);
        assertThat(written.get()).isPositive().isLessThan(64 << 20);
      }
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AddRequestHeader=x-a, 1", "AddResponseHeader=x-a, 1"})
  void trailersPassBothWays(String filter) throws Exception {
    var heard = new java.util.concurrent.CompletableFuture<String>();
    RawBackend.Script script =
        connection -> {
          connection.head();
          heard.complete(connection.until("0\r\n") + connection.until("\r\n\r\n"));
          connection.say(
              """
              HTTP/1.1 200 OK\r
              Transfer-Encoding: chunked\r
              Trailer: grpc-status\r
              \r
              2\r
              ok\r
              0\r
              grpc-status: 0\r
              \r
              """);
        };
    try (var backend = RawBackend.start(script);
        var gateway = gateway("open", filter, backend.address());
        var socket = gateway.connect("http/1.1")) {
      String request =
          """
          POST /a HTTP/1.1\r
          Host: localhost\r
          TE: trailers\r
          Transfer-Encoding: chunked\r
          Trailer: x-checksum\r
          Connection: close\r
          \r
          5\r
          hello\r
          0\r
          x-checksum: 42\r
          sallyport-identity: forged\r
          \r
          """;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(heard.get(5, TimeUnit.SECONDS))
          .contains("hello")
          .contains("x-checksum: 42")
          .doesNotContain("forged");
      assertThat(answer).endsWith("0\r\ngrpc-status: 0\r\n\r\n");
    }
  }
}
