package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.audit.AuditRecord;
import io.sallyport.demo.TokenRequest;
import io.sallyport.policy.Reason;
import io.sallyport.testing.EchoSocket;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.RawBackend;
import io.sallyport.testing.TestBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets through the public port, on both lanes: the JDK's client, Netty's server, and sockets
/// that say what neither would.
@Timeout(60)
final class WebSocketTest {
  private static final String EXPRESS = "";
  private static final String SPRING = "filters: [ \"AddResponseHeader=x-lane, spring\" ]";
  private static final String HANDSHAKE =
      """
      GET /chat HTTP/1.1\r
      Host: localhost\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      \r
      """;

  /// The answer that RFC 6455 §1.3 gives for that key.
  private static final String TAKEN =
      """
      HTTP/1.1 101 Switching Protocols\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
      \r
      """;

  private static Map<String, String> bundle(String policy, String more, String backend) {
    return TestBundle.of(
        """
        - id: chat
          match: { host: localhost, path: /chat, upgrade: websocket }
          policy: %s
          upstream: backend
          %s
        - id: rest
          match: { host: localhost, path: /** }
          policy: readers
          upstream: backend
        """
            .formatted(policy, more),
        backend);
  }

  /// Does not wait for WebSockets that a test leaves open.
  private record Client(HttpClient http) implements AutoCloseable {
    @Override
    public void close() {
      http.shutdownNow();
    }
  }

  /// Collects what a server says.
  private static final class Heard implements WebSocket.Listener {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public synchronized @Nullable CompletionStage<?> onBinary(
        WebSocket socket, ByteBuffer data, boolean last) {
      byte[] piece = new byte[data.remaining()];
      data.get(piece);
      bytes.writeBytes(piece);
      socket.request(1);
      notifyAll();
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.completeExceptionally(error);
    }

    synchronized byte[] await(int many) throws InterruptedException {
      while (bytes.size() < many) {
        wait(10_000);
      }
      return bytes.toByteArray();
    }
  }

  private static WebSocket open(
      GatewayUnderTest gateway, Client client, Heard heard, String token) {
    var builder = client.http().newWebSocketBuilder().subprotocols("chat");
    if (!token.isEmpty()) {
      builder.header("authorization", "Bearer " + token);
    }
    return builder
        .buildAsync(
            java.net.URI.create("wss" + gateway.uri("/chat").toString().substring(5)), heard)
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  private static void untilNothingIsUnderWay(GatewayUnderTest gateway) throws Exception {
    for (int i = 0; i < 500 && gateway.edge().inFlight() > 0; i++) {
      Thread.sleep(10);
    }
    assertThat(gateway.edge().inFlight()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {EXPRESS, SPRING})
  void messagesGoBothWaysUntilBothHaveSaidGoodbye(String lane) throws Exception {
    byte[] message = new byte[256 * 1024];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) i;
    }
    var heard = new Heard();
    try (var backend = new EchoSocket();
        var gateway = GatewayUnderTest.start(bundle("readers", lane, backend.address()));
        var client = new Client(gateway.client(HttpClient.Version.HTTP_2))) {
      WebSocket socket = open(gateway, client, heard, gateway.token("alice", "orders:read"));
      assertThat(socket.getSubprotocol()).isEqualTo("chat");
      for (int i = 0; i < 40; i++) {
        socket.sendBinary(ByteBuffer.wrap(message), true).get(10, TimeUnit.SECONDS);
      }
      byte[] echoed = heard.await(40 * message.length);
      assertThat(echoed).hasSize(40 * message.length);
      for (int i = 0; i < 40; i++) {
        assertThat(
                java.util.Arrays.equals(
                    echoed,
                    i * message.length,
                    (i + 1) * message.length,
                    message,
                    0,
                    message.length))
            .isTrue();
      }
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
      assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);

      AuditRecord record = gateway.audit().first(each -> each.status() == 101);
      assertThat(Objects.requireNonNull(record.route()).id()).isEqualTo("chat");
      // Whichever side closed its connection first: both had said that they were done.
      assertThat(record.ending())
          .isIn(AuditRecord.Ending.COMPLETE, AuditRecord.Ending.CLIENT_ABORTED);
      assertThat(record.bytesIn()).isGreaterThan(40L * message.length);
      assertThat(record.bytesOut()).isGreaterThan(40L * message.length);
      var fields = backend.requests().getFirst();
      assertThat(fields.contains("authorization")).isFalse();
      assertThat(fields.contains("sallyport-identity")).isTrue();
      assertThat(fields.get("sallyport-decision")).isEqualTo(record.decisionId());
      untilNothingIsUnderWay(gateway);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {EXPRESS, SPRING})
  void nobodyIsLetInWithoutBeingAdmitted(String lane) throws Exception {
    try (var backend = new EchoSocket();
        var gateway = GatewayUnderTest.start(bundle("readers", lane, backend.address()));
        var client = new Client(gateway.client(HttpClient.Version.HTTP_1_1))) {
      assertThat(refusal(gateway, client, "")).isEqualTo(401);
      assertThat(refusal(gateway, client, gateway.token("alice", "other"))).isEqualTo(403);
      assertThat(backend.open()).isZero();
    }
  }

  private static int refusal(GatewayUnderTest gateway, Client client, String token) {
    try {
      open(gateway, client, new Heard(), token);
      throw new AssertionError("it was let in");
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse().statusCode();
      }
      throw e;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {EXPRESS, SPRING})
  void anotherPolicyEndsWhatItWouldNotLetIn(String lane) throws Exception {
    var heard = new Heard();
    try (var backend = new EchoSocket();
        var gateway =
            GatewayUnderTest.start(
                bundle("readers", lane + "\n  stream: { reauthorize: 1s }", backend.address()));
        var client = new Client(gateway.client(HttpClient.Version.HTTP_1_1))) {
      open(gateway, client, heard, gateway.token("alice", "orders:read"));
      Map<String, String> stricter =
          new HashMap<>(
              bundle("readers", lane + "\n  stream: { reauthorize: 1s }", backend.address()));
      stricter.computeIfPresent(
          "policies/policies.yaml", (_, text) -> text.replace("'orders:read' in", "'none' in"));
      gateway.load(stricter);

      AuditRecord record = gateway.audit().first(each -> each.status() == 101);
      assertThat(record.ending()).isEqualTo(AuditRecord.Ending.CUT_OFF);
      assertThat(record.reason()).isEqualTo(Reason.NO_RULE_ALLOWED);
      untilClosed(backend);
      untilNothingIsUnderWay(gateway);
    }
  }

  @Test
  void anExpiredTokenEndsWhatItOpened() throws Exception {
    try (var backend = new EchoSocket()) {
      Map<String, String> strict =
          new HashMap<>(bundle("readers", "stream: { reauthorize: 1s }", backend.address()));
      strict.computeIfPresent(
          "policies/policies.yaml", (_, text) -> text.replace("clockSkew: 30s", "clockSkew: 0s"));
      try (var gateway = GatewayUnderTest.start(strict);
          var client = new Client(gateway.client(HttpClient.Version.HTTP_1_1))) {
        String shortLived =
            gateway
                .issuer()
                .token(
                    new TokenRequest(
                        "alice",
                        "test",
                        List.of("orders:read"),
                        "api://orders",
                        Map.of(),
                        Duration.ofSeconds(3)));
        open(gateway, client, new Heard(), shortLived);

        AuditRecord record = gateway.audit().first(each -> each.status() == 101);
        assertThat(record.reason()).isEqualTo(Reason.EXPIRED_CREDENTIAL);
      }
    }
  }

  @Test
  void askingAgainTakesNothingFromALimit() throws Exception {
    var heard = new Heard();
    try (var backend = new EchoSocket();
        var gateway =
            GatewayUnderTest.start(
                bundle(
                    "readers",
                    "limits: [per-subject]\n  stream: { reauthorize: 1s }",
                    backend.address()));
        var client = new Client(gateway.client(HttpClient.Version.HTTP_1_1))) {
      WebSocket socket = open(gateway, client, heard, gateway.token("alice", "orders:read"));
      // The quota is two: asked again three times it would be spent.
      Thread.sleep(3_500);
      socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true).join();
      assertThat(heard.await(3)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void silenceEndsIt() throws Exception {
    try (var backend = new EchoSocket();
        var gateway =
            GatewayUnderTest.start(bundle("open", "stream: { idle: 300ms }", backend.address()));
        var client = new Client(gateway.client(HttpClient.Version.HTTP_1_1))) {
      open(gateway, client, new Heard(), "");

      AuditRecord record = gateway.audit().first(each -> each.status() == 101);
      assertThat(record.reason()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
      untilClosed(backend);
    }
  }

  @Test
  void aClientThatLeavesTakesTheBackendWithIt() throws Exception {
    try (var backend = new EchoSocket();
        var gateway = GatewayUnderTest.start(bundle("open", EXPRESS, backend.address()));
        var client = new Client(gateway.client(HttpClient.Version.HTTP_1_1))) {
      open(gateway, client, new Heard(), "").abort();

      AuditRecord record = gateway.audit().first(each -> each.status() == 101);
      assertThat(record.ending()).isEqualTo(AuditRecord.Ending.CLIENT_ABORTED);
      untilClosed(backend);
    }
  }

  private static void untilClosed(EchoSocket backend) throws InterruptedException {
    for (int i = 0; i < 500 && backend.open() > 0; i++) {
      Thread.sleep(10);
    }
    assertThat(backend.open()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Accept: wrong", "Nothing: 1"})
  void aBackendThatDoesNotShowThatItKnowsWebSocketsIsNotBelieved(String field) throws Exception {
    RawBackend.Script script =
        connection -> {
          connection.head();
          connection.say(
              TAKEN.replace("Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", field) + "not for anybody");
          connection.head();
        };
    try (var backend = RawBackend.start(script);
        var gateway = GatewayUnderTest.start(bundle("open", EXPRESS, backend.address()));
        var socket = gateway.connect("http/1.1")) {
      say(socket, HANDSHAKE);
      assertThat(head(socket)).startsWith("HTTP/1.1 502 ");
    }
  }

  /// Of two keys a backend might answer for the one that we do not expect, and be ejected for it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Sec-WebSocket-Key: short\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==\r\n"
      })
  void aHandshakeWithoutExactlyOneKeyIsNone(String keys) throws Exception {
    try (var backend = new EchoSocket();
        var gateway = GatewayUnderTest.start(bundle("open", EXPRESS, backend.address()))) {
      String handshake = HANDSHAKE.replace("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", keys);

      assertThat(answer(gateway, handshake)).startsWith("HTTP/1.1 401 ");
      assertThat(backend.open()).isZero();
    }
  }

  @Test
  void aRefusalOfTheBackendIsAnAnswerAndWhatFollowsIsTheNextRequest() throws Exception {
    RawBackend.Script script =
        connection -> {
          while (!connection.head().isEmpty()) {
            connection.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
          }
        };
    try (var backend = RawBackend.start(script);
        var gateway = GatewayUnderTest.start(bundle("open", EXPRESS, backend.address()));
        var socket = gateway.connect("http/1.1")) {
      say(socket, HANDSHAKE + "GET /inside HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(head(socket)).startsWith("HTTP/1.1 403 ");
      // Not a byte went past admission.
      assertThat(head(socket)).startsWith("HTTP/1.1 401 ");
    }
  }

  @Test
  void whatCameWithTheHandshakesComesThroughAndStaysInOrder() throws Exception {
    RawBackend.Script script =
        connection -> {
          connection.head();
          connection.say(TAKEN + "first");
          byte[] heard = connection.in().readNBytes(5);
          connection.say(new String(heard, StandardCharsets.US_ASCII));
        };
    try (var backend = RawBackend.start(script);
        var gateway = GatewayUnderTest.start(bundle("open", EXPRESS, backend.address()));
        var socket = gateway.connect("http/1.1")) {
      say(socket, HANDSHAKE + "early");
      String answer = head(socket);
      assertThat(answer)
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("connection: upgrade\r\n")
          .containsIgnoringCase("upgrade: websocket\r\n")
          .doesNotContainIgnoringCase("content-length")
          .doesNotContainIgnoringCase("transfer-encoding");
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("firstearly");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {EXPRESS, SPRING})
  void aClientThatDoesNotReadMakesTheBackendWait(String lane) throws Exception {
    var written = new AtomicLong();
    var ended = new CountDownLatch(1);
    byte[] piece = new byte[64 * 1024];
    RawBackend.Script endless =
        connection -> {
          connection.head();
          connection.say(TAKEN);
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
        var gateway = GatewayUnderTest.start(bundle("open", lane, backend.address()))) {
      try (var socket = gateway.connect("http/1.1", 64 * 1024)) {
        say(socket, HANDSHAKE);
        assertThat(head(socket)).startsWith("HTTP/1.1 101 ");
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
  @ValueSource(strings = {"SetStatus=200", "SetStatus=404"})
  void aFilterCannotMakeAnotherAnswerOfATunnel(String filter) throws Exception {
    try (var backend = new EchoSocket();
        var gateway =
            GatewayUnderTest.start(
                bundle("open", "filters: [ \"" + filter + "\" ]", backend.address()));
        var client = new Client(gateway.client(HttpClient.Version.HTTP_1_1))) {
      assertThat(refusal(gateway, client, "")).isEqualTo(500);
      untilClosed(backend);
    }
  }

  @Test
  void aFilterCannotMakeATunnelOfAnotherAnswer() throws Exception {
    RawBackend.Script script =
        connection -> {
          connection.head();
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        };
    try (var backend = RawBackend.start(script);
        var gateway =
            GatewayUnderTest.start(
                TestBundle.of(
                    """
                    - id: all
                      match: { host: localhost, path: /** }
                      policy: open
                      upstream: backend
                      filters: [ SetStatus=101 ]
                    """,
                    backend.address()));
        var socket = gateway.connect("http/1.1")) {
      say(socket, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(head(socket)).startsWith("HTTP/1.1 500 ");
    }
  }

  @Test
  void aPathForWebSocketsAndOthersTellsThemApart() throws Exception {
    RawBackend.Script script =
        connection -> {
          String head = connection.head();
          assertThat(head).doesNotContainIgnoringCase("upgrade");
          connection.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        };
    try (var backend = RawBackend.start(script);
        var gateway =
            GatewayUnderTest.start(
                TestBundle.of(
                    """
                    - id: socket
                      match: { host: localhost, path: /chat, upgrade: websocket }
                      policy: readers
                      upstream: backend
                    - id: page
                      match: { host: localhost, path: /chat, methods: [GET] }
                      policy: open
                      upstream: backend
                    - id: plain
                      match: { host: localhost, path: /plain }
                      policy: open
                      upstream: backend
                    """,
                    backend.address()))) {
      assertThat(answer(gateway, "GET /chat HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ");
      assertThat(answer(gateway, HANDSHAKE)).startsWith("HTTP/1.1 401 ");
      // A path without a route for WebSockets does not hear of the wish (RFC 9110 §7.8).
      assertThat(answer(gateway, HANDSHAKE.replace("/chat", "/plain"))).startsWith("HTTP/1.1 200 ");
    }
  }

  private static String answer(GatewayUnderTest gateway, String request) throws IOException {
    try (var socket = gateway.connect("http/1.1")) {
      say(socket, request);
      return head(socket);
    }
  }

  private static void say(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(SSLSocket socket) throws IOException {
    var text = new StringBuilder();
    int length = 0;
    while (text.indexOf("\r\n\r\n") < 0) {
      int one = socket.getInputStream().read();
      assertThat(one).as(text.toString()).isNotNegative();
      text.append((char) one);
    }
    for (String line : text.toString().lines().toList()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    socket.getInputStream().readNBytes(length);
    return text.toString();
  }
}
