package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.sallyport.audit.AuditRecord.Ending;
import io.sallyport.policy.Reason;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.RawBackend;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole road with real sockets and real TLS: client, listener, edge, admission, backend.
@Timeout(30)
final class ForwardingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static HttpRequest get(GatewayUnderTest gateway, String target) {
    return HttpRequest.newBuilder(gateway.uri(target)).build();
  }

  private static HttpResponse<String> send(
      GatewayUnderTest gateway, HttpClient.Version version, HttpRequest request)
      throws IOException, InterruptedException {
    try (HttpClient client = gateway.client(version)) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static String decision(HttpResponse<?> response) {
    return response.headers().firstValue("sallyport-decision").orElse("");
  }

  private static void say(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  private static String readAll(SSLSocket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "cut off: " + e;
    }
  }

  private static String readUntil(SSLSocket socket, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (read.indexOf(end) < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      read.append((char) next);
    }
    return read.toString();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aRequestGoesThereAndItsAnswerComesBack(HttpClient.Version version) throws Exception {
    try (var backend = RawBackend.start(ForwardingTest::answerAll);
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()))) {
      var response = send(gateway, version, get(gateway, "/orders?a=1"));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.version()).isEqualTo(version);
      assertThat(response.body()).isEqualTo("ok");
      var record = gateway.record(decision(response));
      assertThat(record.ending()).isEqualTo(Ending.COMPLETE);
      assertThat(record.bytesOut()).isEqualTo(2);
      assertThat(record.zone()).isEqualTo("a");
      assertThat(record.target()).isEqualTo("/orders?a=1");
    }
  }

  private static void answerAll(RawBackend.Connection connection) throws IOException {
    while (!connection.head().isEmpty()) {
      connection.say(OK);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void onlyWhoIsKnownPasses(HttpClient.Version version) throws Exception {
    String routes =
        """
        - id: orders
          match: { host: localhost, path: /orders }
          policy: readers
          limits: [per-subject]
          upstream: backend
        """;
    try (var backend = RawBackend.start(ForwardingTest::answerAll);
        var gateway = GatewayUnderTest.start(TestBundle.of(routes, backend.address()));
        HttpClient client = gateway.client(version)) {
      var unknown = client.send(get(gateway, "/orders"), BodyHandlers.ofString());
      assertThat(unknown.statusCode()).isEqualTo(401);
      assertThat(unknown.headers().firstValue("www-authenticate"))
          .hasValue("Bearer realm=\"sallyport\"");

      var denied =
          client.send(
              gateway.request("/orders", gateway.token("bob")).build(), BodyHandlers.ofString());
      assertThat(denied.statusCode()).isEqualTo(403);

      var reader = gateway.request("/orders", gateway.token("alice", "orders:read")).build();
      var allowed = client.send(reader, BodyHandlers.ofString());
      assertThat(allowed.statusCode()).isEqualTo(200);
      assertThat(allowed.headers().firstValue("ratelimit-policy"))
          .hasValue("\"per-subject\";q=2;w=60");

      client.send(reader, BodyHandlers.ofString());
      var limited = client.send(reader, BodyHandlers.ofString());
      assertThat(limited.statusCode()).isEqualTo(429);
      assertThat(limited.headers().firstValue("retry-after")).isPresent();
      assertThat(gateway.record(decision(limited)).reason()).isEqualTo(Reason.LIMITED);
    }
  }

  @Test
  void aBackendSeesWhatItMayBelieve() throws Exception {
    var heads = new LinkedBlockingQueue<String>();
    String routes =
        """
        - id: orders
          match: { host: localhost, path: /orders/** }
          policy: readers
          upstream: backend
          rewrite: { path: "/v2/{**}" }
        """;
    try (var backend =
            RawBackend.start(
                connection -> {
                  for (String head = connection.head(); !head.isEmpty(); head = connection.head()) {
                    heads.add(head);
                    connection.say(OK);
                  }
                });
        var gateway = GatewayUnderTest.start(TestBundle.of(routes, backend.address()))) {
      String token = gateway.token("alice", "orders:read");
      var response =
          send(
              gateway,
              HttpClient.Version.HTTP_2,
              gateway
                  .request("/orders/7?x=%41", token)
                  .header("sallyport-identity", "forged")
                  .header("x-forwarded-for", "203.0.113.1")
                  .build());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(heads.poll(5, TimeUnit.SECONDS))
          .startsWith("GET /v2/7?x=")
          .containsIgnoringCase("\r\nhost: localhost:" + gateway.listener().httpsPort() + "\r\n")
          .contains("\r\nx-forwarded-for: 127.0.0.1\r\n", "\r\nsallyport-identity: ey")
          .containsIgnoringCase("\r\nvia: 2 sallyport\r\n")
          .doesNotContain("forged", token)
          .doesNotContainIgnoringCase("\r\nauthorization:");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void bodiesStreamBothWays(HttpClient.Version version) throws Exception {
    byte[] body = new byte[3_000_000];
    Arrays.fill(body, (byte) 'x');
    try (var backend =
            RawBackend.start(
                connection -> {
                  String head = connection.head();
                  int length =
                      Integer.parseInt(
                          head.replaceFirst("(?is).*\r\ncontent-length: (\\d+).*", "$1"));
                  connection.say("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                  byte[] piece = new byte[8192];
                  for (int left = length; left > 0; ) {
                    int read = connection.in().read(piece, 0, Math.min(left, piece.length));
                    connection.socket().getOutputStream().write(piece, 0, read);
                    left -= read;
                  }
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        HttpClient client = gateway.client(version)) {
      var response =
          client.send(
              HttpRequest.newBuilder(gateway.uri("/echo"))
                  .POST(BodyPublishers.ofByteArray(body))
                  .build(),
              BodyHandlers.ofByteArray());

      assertThat(response.body()).isEqualTo(body);
      var record = gateway.record(decision(response));
      assertThat(record.bytesIn()).isEqualTo(body.length);
      assertThat(record.bytesOut()).isEqualTo(body.length);
    }
  }

  @Test
  void chunksAndTrailersPassBothWays() throws Exception {
    var received = new LinkedBlockingQueue<String>();
    try (var backend =
            RawBackend.start(
                connection -> {
                  received.add(connection.head() + connection.until("\r\n\r\n"));
                  connection.say(
                      lines(
                          "HTTP/1.1 200 OK",
                          "Transfer-Encoding: chunked",
                          "Trailer: x-sum",
                          "",
                          "5",
                          "hello",
                          "0",
                          "x-sum: 9",
                          "",
                          ""));
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        var client = gateway.connect("http/1.1")) {
      say(
          client,
          lines(
              "POST /up HTTP/1.1",
              "Host: localhost",
              "Transfer-Encoding: chunked",
              "Connection: close",
              "",
              "3",
              "abc",
              "0",
              "x-check: 7",
              "",
              ""));
      String answer = readAll(client);

      assertThat(answer).contains("hello").endsWith("0\r\nx-sum: 9\r\n\r\n");
      assertThat(received.poll(5, TimeUnit.SECONDS))
          .containsIgnoringCase("transfer-encoding: chunked")
          .contains("abc")
          .endsWith("0\r\nx-check: 7\r\n\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void answersWithoutABodyHaveNone(HttpClient.Version version) throws Exception {
    try (var backend =
            RawBackend.start(
                connection -> {
                  for (String head = connection.head(); !head.isEmpty(); ) {
                    connection.say(
                        head.startsWith("HEAD")
                            ? "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"
                            : head.contains("/304")
                                ? "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n"
                                : "HTTP/1.1 204 No Content\r\n\r\n");
                    head = connection.head();
                  }
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        HttpClient client = gateway.client(version)) {
      var head =
          client.send(
              HttpRequest.newBuilder(gateway.uri("/")).HEAD().build(), BodyHandlers.ofString());
      assertThat(head.headers().firstValue("content-length")).hasValue("1234");
      assertThat(head.body()).isEmpty();
      assertThat(client.send(get(gateway, "/304"), BodyHandlers.ofString()).statusCode())
          .isEqualTo(304);
      assertThat(client.send(get(gateway, "/204"), BodyHandlers.ofString()).statusCode())
          .isEqualTo(204);
      assertThat(backend.connections()).isEqualTo(1);
    }
  }

  @Test
  void whoExpectsAContinueHearsTheBackends() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (var backend =
            RawBackend.start(
                connection -> {
                  assertThat(connection.head()).containsIgnoringCase("expect: 100-continue");
                  asked.countDown();
                  connection.say("HTTP/1.1 100 Continue\r\n\r\n");
                  connection.until("hello");
                  connection.say(OK);
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        var client = gateway.connect("http/1.1")) {
      say(
          client,
          lines(
              "POST / HTTP/1.1",
              "Host: localhost",
              "Content-Length: 5",
              "Expect: 100-continue",
              "Connection: close",
              "",
              ""));
      assertThat(readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 100 ");
      assertThat(asked.getCount()).isZero();
      say(client, "hello");

      assertThat(readAll(client)).startsWith("HTTP/1.1 200 ").endsWith("ok");
    }
  }

  @Test
  void aBackendThatRefusesAnUploadEarlyIsHeard() throws Exception {
    try (var backend =
            RawBackend.start(
                connection -> {
                  connection.head();
                  connection.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        var client = gateway.connect("http/1.1")) {
      say(client, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nsome");

      assertThat(readUntil(client, "no")).startsWith("HTTP/1.1 403 ");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aClientThatLeavesCancelsItsRequest(HttpClient.Version version) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    try (var backend =
            RawBackend.start(
                connection -> {
                  connection.head();
                  begun.countDown();
                  if (connection.in().read() < 0) {
                    cancelled.countDown();
                  }
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        HttpClient client = gateway.client(version)) {
      var answer = client.sendAsync(get(gateway, "/"), BodyHandlers.ofString());
      assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
      answer.cancel(true);

      assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
      var record = gateway.audit().first(any -> true);
      assertThat(record.ending()).isEqualTo(Ending.CLIENT_ABORTED);
      assertThat(record.status()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aBackendThatBreaksInMidAnswerIsNeverATruncatedSuccess(HttpClient.Version version)
      throws Exception {
    try (var backend =
            RawBackend.start(
                connection -> {
                  connection.head();
                  connection.say(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        HttpClient client = gateway.client(version)) {
      assertThatThrownBy(() -> client.send(get(gateway, "/"), BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
      var record = gateway.audit().first(any -> true);
      assertThat(record.ending()).isEqualTo(Ending.UPSTREAM_ABORTED);
      assertThat(record.reason()).isEqualTo(Reason.UPSTREAM_BROKEN);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aBodyThatIsTooLargeIsRefused(HttpClient.Version version) throws Exception {
    String routes =
        """
        - id: small
          match: { host: localhost, path: /** }
          policy: open
          upstream: backend
          body: { max: 1KiB }
        """;
    try (var backend = RawBackend.start(connection -> connection.until("never"));
        var gateway = GatewayUnderTest.start(TestBundle.of(routes, backend.address()))) {
      var response =
          send(
              gateway,
              version,
              HttpRequest.newBuilder(gateway.uri("/"))
                  .POST(BodyPublishers.ofByteArray(new byte[2000]))
                  .build());

      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(gateway.record(decision(response)).reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    }
  }

  @Test
  void whatGoesWrongBehindIsToldByItsStatus() throws Exception {
    String routes =
        """
        - id: all
          match: { host: localhost, path: /** }
          policy: open
          upstream: backend
          timeouts: { connect: 500ms, firstByte: 200ms, total: 5s, idle: 5s }
        """;
    try (var backend =
            RawBackend.start(
                connection -> {
                  String head = connection.head();
                  if (head.contains("/nonsense")) {
                    connection.say("SSH-2.0-what\r\n\r\n");
                  } else if (head.contains("/silence")) {
                    connection.until("never");
                  }
                });
        var gateway = GatewayUnderTest.start(TestBundle.of(routes, backend.address()));
        HttpClient client = gateway.client(HttpClient.Version.HTTP_2)) {
      assertThat(client.send(get(gateway, "/nonsense"), BodyHandlers.ofString()).statusCode())
          .isEqualTo(502);
      assertThat(client.send(get(gateway, "/silence"), BodyHandlers.ofString()).statusCode())
          .isEqualTo(504);
      assertThat(client.send(get(gateway, "/reset"), BodyHandlers.ofString()).statusCode())
          .isEqualTo(502);
    }
  }

  @Test
  void withoutABackendTheServiceIsUnavailable() throws Exception {
    var gone = RawBackend.start(connection -> connection.head());
    gone.close();
    try (var gateway = GatewayUnderTest.start(TestBundle.open(gone.address()))) {
      var response = send(gateway, HttpClient.Version.HTTP_2, get(gateway, "/"));

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(gateway.record(decision(response)).reason()).isEqualTo(Reason.NO_ENDPOINT);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aGetThatWasResetIsAnsweredByAnotherZone(HttpClient.Version version) throws Exception {
    try (var broken = RawBackend.start(connection -> connection.head());
        var well = RawBackend.start(ForwardingTest::answerAll);
        var gateway = GatewayUnderTest.start(TestBundle.open(broken.address(), well.address()))) {
      var response = send(gateway, version, get(gateway, "/"));

      assertThat(response.statusCode()).isEqualTo(200);
      var record = gateway.record(decision(response));
      assertThat(record.retries()).isEqualTo(1);
      assertThat(record.zone()).isEqualTo("b");
    }
  }

  @Test
  void aPostToAZoneThatIsDownIsAnsweredByAnother() throws Exception {
    var gone = RawBackend.start(connection -> connection.head());
    gone.close();
    try (var well =
            RawBackend.start(
                connection -> {
                  connection.until("hello");
                  connection.say(OK);
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(gone.address(), well.address()))) {
      var response =
          send(
              gateway,
              HttpClient.Version.HTTP_2,
              HttpRequest.newBuilder(gateway.uri("/"))
                  .POST(BodyPublishers.ofString("hello"))
                  .build());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(gateway.record(decision(response)).zone()).isEqualTo("b");
    }
  }

  @Test
  void aPostWhoseBodyWasSentIsNotSentTwice() throws Exception {
    try (var broken = RawBackend.start(connection -> connection.until("hello"));
        var well = RawBackend.start(ForwardingTest::answerAll);
        var gateway = GatewayUnderTest.start(TestBundle.open(broken.address(), well.address()))) {
      var response =
          send(
              gateway,
              HttpClient.Version.HTTP_2,
              HttpRequest.newBuilder(gateway.uri("/"))
                  .POST(BodyPublishers.ofString("hello"))
                  .build());

      assertThat(response.statusCode()).isEqualTo(502);
      assertThat(well.connections()).isZero();
    }
  }

  @Test
  void aPooledConnectionThatDiedCostsNothing() throws Exception {
    try (var backend =
            RawBackend.start(
                connection -> {
                  connection.head();
                  connection.say(OK);
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        HttpClient client = gateway.client(HttpClient.Version.HTTP_2)) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.send(get(gateway, "/" + i), BodyHandlers.ofString()).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2"})
  void aSlowReaderOfALargeAnswerCostsBoundedMemory(String protocol) throws Exception {
    long size = 100L << 20;
    AtomicLong written = new AtomicLong();
    try (var backend =
            RawBackend.start(
                connection -> {
                  connection.head();
                  connection.say("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                  byte[] piece = new byte[64 * 1024];
                  while (written.get() < size) {
                    connection.socket().getOutputStream().write(piece);
                    written.addAndGet(piece.length);
                  }
                });
        var gateway = GatewayUnderTest.start(TestBundle.open(backend.address()));
        var client = new SlowReader(gateway, protocol)) {
      long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
      assertThat(client.begun()).isTrue();
      long stalledAt = standstill(written::get);
      long held = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;

      // What the two kernels hold is not ours; what the gateway holds is.
      assertThat(stalledAt).isLessThan(size);
      assertThat(held).isLessThan(16L << 20);
      assertThat(client.rest()).isEqualTo(size);
    }
  }

  /// Where a counter has come to when it has moved and stands still.
  private static long standstill(LongSupplier counter) throws InterruptedException {
    long last = -1;
    int still = 0;
    for (int i = 0; i < 200; i++) {
      long now = counter.getAsLong();
      still = now > 0 && now == last ? still + 1 : 0;
      if (still == 5) {
        return now;
      }
      last = now;
      Thread.sleep(100);
    }
    throw new AssertionError("never stands still: " + last);
  }

  /// A client that begins to read an answer, waits, and reads the rest.
  private static final class SlowReader implements AutoCloseable {
    private final HttpClient client;
    private final InputStream body;

    SlowReader(GatewayUnderTest gateway, String protocol) throws Exception {
      client =
          gateway.client(
              protocol.equals("h2") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
      body = client.send(get(gateway, "/large"), BodyHandlers.ofInputStream()).body();
    }

    boolean begun() throws IOException {
      return body.read() == 0;
    }

    long rest() throws IOException {
      return 1 + body.transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
      body.close();
      client.close();
    }
  }
}
