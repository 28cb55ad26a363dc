package io.sallyport.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.demo.ToldIdentity.Unverified;
import io.sallyport.demo.ToldIdentity.Verified;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A small real HTTP/1.1 backend. It answers JSON that names its zone and instance, the request as
/// it arrived, and the identity it was told, if that can be believed.
///
/// | path | answer |
/// | --- | --- |
/// | `/healthz` | 200 |
/// | `/slow?ms=N` | the same JSON after N ms (60,000 at most) |
/// | `/bytes?n=N` | N bytes, streamed (1 GiB at most) |
/// | `/echo` | the request's body, streamed |
/// | `/status/NNN` | the same JSON with that status (200 to 599) |
/// | any other | 200 and the JSON |
///
/// [#down] makes it vanish as a crashed machine does, [#up] brings it back on the same port.
public final class DemoBackend implements AutoCloseable {
  private static final long LONGEST_WAIT_MS = 60_000;
  private static final long MOST_BYTES = 1L << 30;
  private static final byte[] BLOCK =
      "sallyport\n".repeat(1638).getBytes(StandardCharsets.US_ASCII);
  private static final Pattern STATUS = Pattern.compile("/status/([2-5][0-9]{2})");

  private final String zone;
  private final String instance;
  private final IdentityCheck identities;
  private final AtomicLong answered = new AtomicLong();
  private final RestartableServer server;

  private DemoBackend(
      String zone, String instance, InetSocketAddress address, IdentityCheck identities)
      throws IOException {
    this.zone = zone;
    this.instance = instance;
    this.identities = identities;
    this.server = RestartableServer.start(address, null, this::answer);
  }

  /// Starts a backend that listens when this returns.
  ///
  /// @param address port 0: a free one
  /// @throws IOException when the address cannot be had
  public static DemoBackend start(
      String zone, String instance, InetSocketAddress address, IdentityCheck identities)
      throws IOException {
    return new DemoBackend(zone, instance, address, identities);
  }

  public String zone() {
    return zone;
  }

  public String instance() {
    return instance;
  }

  public InetSocketAddress address() {
    return server.address();
  }

  public boolean isUp() {
    return server.isUp();
  }

  /// How many requests it has answered in all; health checks do not count.
  public long answered() {
    return answered.get();
  }

  /// Closes the listening socket and every connection: clients see resets, then refusals.
  public void down() {
    server.down();
  }

  /// Listens again on the same port.
  ///
  /// @throws IOException when someone else has taken it
  public void up() throws IOException {
    server.up();
  }

  @Override
  public void close() {
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getRawPath();
      if (path.equals("/healthz")) {
        send(exchange, 200, "text/plain", "ok\n");
        return;
      }
      answered.incrementAndGet();
      var status = STATUS.matcher(path);
      if (status.matches()) {
        describe(exchange, Integer.parseInt(status.group(1)));
        return;
      }
      switch (path) {
        case "/slow" -> slow(exchange);
        case "/bytes" -> bytes(exchange);
        case "/echo" -> echo(exchange);
        default -> describe(exchange, 200);
      }
    }
  }

  private void slow(HttpExchange exchange) throws IOException {
    long wait = number(exchange, "ms", LONGEST_WAIT_MS);
    if (wait < 0) {
      send(exchange, 400, "text/plain", "ms: 0 to " + LONGEST_WAIT_MS + "\n");
      return;
    }
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("going down", e);
    }
    describe(exchange, 200);
  }

  private static void bytes(HttpExchange exchange) throws IOException {
    long left = number(exchange, "n", MOST_BYTES);
    if (left < 0) {
      send(exchange, 400, "text/plain", "n: 0 to " + MOST_BYTES + "\n");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    if (left == 0 || isHead(exchange)) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, left);
    try (var out = exchange.getResponseBody()) {
      while (left > 0) {
        int now = (int) Math.min(left, BLOCK.length);
        out.write(BLOCK, 0, now);
        left -= now;
      }
    }
  }

  private static void echo(HttpExchange exchange) throws IOException {
    var type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      exchange.getResponseHeaders().set("Content-Type", type);
    }
    if (isHead(exchange)) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    var length = exchange.getRequestHeaders().getFirst("Content-Length");
    // In this API 0 means chunked and -1 means empty.
    long bytes = length == null ? 0 : Long.parseLong(length);
    exchange.sendResponseHeaders(200, length != null && bytes == 0 ? -1 : bytes);
    try (var in = exchange.getRequestBody();
        var out = exchange.getResponseBody()) {
      in.transferTo(out);
    }
  }

  private void describe(HttpExchange exchange, int status) throws IOException {
    // Read what was sent, so that the connection can be kept.
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    send(exchange, status, "application/json", JSONObjectUtils.toJSONString(view(exchange)) + "\n");
  }

  private Map<String, @Nullable Object> view(HttpExchange exchange) {
    var view = new LinkedHashMap<String, @Nullable Object>();
    view.put("zone", zone);
    view.put("instance", instance);
    view.put("method", exchange.getRequestMethod());
    view.put("path", exchange.getRequestURI().getRawPath());
    view.put("query", exchange.getRequestURI().getRawQuery());
    view.put("decision", exchange.getRequestHeaders().getFirst("Sallyport-Decision"));
    switch (identities.check(exchange.getRequestHeaders().getFirst("Sallyport-Identity"))) {
      case Verified verified -> view.put("identity", verified.claims());
      case Unverified unverified -> {
        view.put("identity", null);
        view.put("identityProblem", unverified.problem());
      }
    }
    return view;
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    if (status == 204 || status == 304) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    var body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    if (isHead(exchange)) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  /// The number of a query parameter, or -1 when it is missing, no number, or out of bounds.
  private static long number(HttpExchange exchange, String name, long most) {
    var query = exchange.getRequestURI().getRawQuery();
    var matcher =
        Pattern.compile("(?:^|&)" + name + "=([0-9]{1,12})(?:&|$)")
            .matcher(query == null ? "" : query);
    long number = matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    return number <= most ? number : -1;
  }
}
