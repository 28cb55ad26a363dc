package io.sallyport.spring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A backend that remembers what it was asked, and answers what a request tells it to: `x-status`,
/// and each `x-answer-NAME` as the field NAME. Its body is the request's.
final class EchoBackend implements AutoCloseable {
  private static final int MOST_REMEMBERED = 1000;

  private final HttpServer server;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  /// @param fields lower-case names, `name: value`
  record Seen(String line, List<String> fields, String body) {}

  EchoBackend() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  List<Seen> seen() {
    return seen;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      var fields =
          exchange.getRequestHeaders().entrySet().stream()
              .flatMap(
                  field ->
                      field.getValue().stream()
                          .map(value -> field.getKey().toLowerCase(Locale.ROOT) + ": " + value))
              .toList();
      if (seen.size() < MOST_REMEMBERED) {
        seen.add(
            new Seen(
                exchange.getRequestMethod() + ' ' + exchange.getRequestURI(),
                fields,
                new String(body, 0, Math.min(body.length, 4096), StandardCharsets.UTF_8)));
      }
      int status = 200;
      for (var field : exchange.getRequestHeaders().entrySet()) {
        String name = field.getKey().toLowerCase(Locale.ROOT);
        if (name.startsWith("x-answer-")) {
          exchange.getResponseHeaders().put(name.substring(9), field.getValue());
        } else if (name.equals("x-status")) {
          status = Integer.parseInt(field.getValue().getFirst());
        }
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
