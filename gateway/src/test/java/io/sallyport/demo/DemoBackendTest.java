package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.sallyport.demo.ToldIdentity.Unverified;
import io.sallyport.demo.ToldIdentity.Verified;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoBackendTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final HttpClient client = HttpClient.newBuilder().build();
  private DemoBackend backend;

  @BeforeEach
  void start() throws IOException {
    backend =
        DemoBackend.start(
            "b",
            "b1",
            ANY_PORT,
            token ->
                "good".equals(token)
                    ? new Verified(Map.of("sub", "alice"))
                    : new Unverified("it is " + token));
  }

  @AfterEach
  void stop() {
    backend.close();
    client.shutdownNow();
  }

  @Test
  void itSaysWhereItIsWhatArrivedAndWhoCalls() throws Exception {
    var request =
        request("/orders/1?tenant=t1")
            .header("Sallyport-Identity", "good")
            .header("Sallyport-Decision", "d-1")
            .build();

    var answer = client.send(request, BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(JSONObjectUtils.parse(answer.body()))
        .containsOnly(
            Map.entry("zone", "b"),
            Map.entry("instance", "b1"),
            Map.entry("method", "GET"),
            Map.entry("path", "/orders/1"),
            Map.entry("query", "tenant=t1"),
            Map.entry("decision", "d-1"),
            Map.entry("identity", Map.of("sub", "alice")));
  }

  @Test
  void itSaysWhyItDoesNotBelieveAnIdentity() throws Exception {
    var body = JSONObjectUtils.parse(get("/orders").body());

    assertThat(body).containsEntry("identity", null).containsEntry("identityProblem", "it is null");
  }

  @Test
  void aConnectionIsKeptForTheNextRequest() throws Exception {
    try (var socket = new Socket(backend.address().getAddress(), backend.address().getPort())) {
      var in = reader(socket);
      for (int i = 0; i < 3; i++) {
        send(socket, "POST /status/404 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(in.readLine()).isEqualTo("HTTP/1.1 404 Not Found");
        readToEnd(in);
      }
    }
    assertThat(backend.answered()).isEqualTo(3);
  }

  @Test
  void aBackendThatGoesDownCutsItsConnectionsAndRefusesNewOnes() throws Exception {
    try (var socket = new Socket(backend.address().getAddress(), backend.address().getPort())) {
      socket.setSoTimeout(5_000);
      send(socket, "GET /slow?ms=50000 HTTP/1.1\r\nHost: x\r\n\r\n");
      awaitFirstRequest();

      backend.down();

      assertThat(backend.isUp()).isFalse();
      assertThat(endOf(socket)).isTrue();
      assertThatThrownBy(() -> get("/orders")).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void aBackendComesBackOnItsPort() throws Exception {
    int port = backend.address().getPort();
    get("/orders");
    backend.down();
    backend.down();

    backend.up();
    backend.up();

    assertThat(backend.isUp()).isTrue();
    assertThat(backend.address().getPort()).isEqualTo(port);
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
  }

  @Test
  void anIdleConnectionDoesNotSurviveItsBackend() throws Exception {
    try (var socket = new Socket(backend.address().getAddress(), backend.address().getPort())) {
      socket.setSoTimeout(5_000);
      send(socket, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      var in = reader(socket);
      in.readLine();
      readToEnd(in);

      backend.down();
      backend.up();

      assertThat(endOf(socket)).isTrue();
    }
  }

  @Test
  void aTakenPortIsAnError() {
    assertThatThrownBy(
            () ->
                DemoBackend.start("a", "a1", backend.address(), IdentityCheck.believeNothing())
                    .close())
        .isInstanceOf(BindException.class);
  }

  @Test
  void itStreamsAsManyBytesAsAsked() throws Exception {
    var answer = client.send(request("/bytes?n=300001").build(), BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(300_001);
    assertThat(answer.body()).hasSize(300_001).startsWith('s', 'a', 'l', 'l', 'y');
  }

  @Test
  void itEchoesABodyWithAndWithoutALength() throws Exception {
    var text = "tick ".repeat(50_000);
    var measured = request("/echo").POST(BodyPublishers.ofString(text)).build();
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var chunked =
        request("/echo")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
            .build();
    var empty = request("/echo").POST(BodyPublishers.noBody()).build();

    assertThat(client.send(measured, BodyHandlers.ofString()).body()).isEqualTo(text);
    assertThat(client.send(chunked, BodyHandlers.ofString()).body()).isEqualTo(text);
    assertThat(client.send(empty, BodyHandlers.ofString()).body()).isEmpty();
  }

  @Test
  void itTakesItsTimeWhenAsked() throws Exception {
    long before = System.nanoTime();

    assertThat(get("/slow?ms=120").statusCode()).isEqualTo(200);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(119));
  }

  @ParameterizedTest
  @CsvSource({
    "/status/204, 204",
    "/status/503, 503",
    "/status/304, 304",
    "/status/199, 200",
    "/status/600, 200",
    "/slow, 400",
    "/slow?ms=60001, 400",
    "/slow?ms=-1, 400",
    "/bytes?n=1073741825, 400",
    "/bytes?n=x, 400",
    "/bytes?n=0, 200"
  })
  void itAnswersWithinItsBounds(String path, int status) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(status);
  }

  @Test
  void anAnswerToHeadHasTheLengthAndNoBody() throws Exception {
    var head = request("/orders").method("HEAD", BodyPublishers.noBody()).build();

    var answer = client.send(head, BodyHandlers.ofString());

    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValueAsLong("content-length")).isPresent();
  }

  @Test
  void aBackendThatKnowsNoGatewayBelievesNothing() {
    assertThat(IdentityCheck.believeNothing().check("good"))
        .isEqualTo(new Unverified("this backend was not told the gateway's keys"));
  }

  private void awaitFirstRequest() throws InterruptedException {
    for (int i = 0; i < 1000 && backend.answered() == 0; i++) {
      Thread.sleep(5);
    }
    assertThat(backend.answered()).isEqualTo(1);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + backend.address().getPort() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(10));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /// Reads header fields and a body with a length.
  private static void readToEnd(BufferedReader in) throws IOException {
    int length = 0;
    for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    for (int i = 0; i < length; i++) {
      in.read();
    }
  }

  /// Whether the peer has ended this connection, by an end or by a reset.
  private static boolean endOf(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return e.getMessage() != null && e.getMessage().contains("reset");
    }
  }
}
