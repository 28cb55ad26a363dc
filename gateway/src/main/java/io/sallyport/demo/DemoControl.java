package io.sallyport.demo;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Lets other commands of the same person reach the demo that runs: HTTP on a loopback port, with a
/// secret in a file that only the person can read.
final class DemoControl implements AutoCloseable {
  private static final int SECRET_BYTES = 32;

  private final DemoZones zones;
  private final DevelopmentIssuer issuer;
  private final Path file;
  private final byte[] authorization;
  private final RestartableServer server;

  private DemoControl(Path state, DemoZones zones, DevelopmentIssuer issuer) throws IOException {
    this.zones = zones;
    this.issuer = issuer;
    this.file = ControlFile.in(state);
    var secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    var credential = new ControlFile.Contents(0, HexFormat.of().formatHex(secret));
    this.authorization = credential.authorization().getBytes(StandardCharsets.US_ASCII);
    this.server =
        RestartableServer.start(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), null, this::answer);
    try {
      new ControlFile.Contents(server.address().getPort(), credential.secret()).write(file);
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  static DemoControl start(Path state, DemoZones zones, DevelopmentIssuer issuer)
      throws DemoProblem {
    try {
      return new DemoControl(state, zones, issuer);
    } catch (IOException e) {
      throw new DemoProblem(ControlFile.in(state) + ": cannot be written: " + e, e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(file);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var shown = exchange.getRequestHeaders().getFirst("Authorization");
      if (shown == null
          || !MessageDigest.isEqual(authorization, shown.getBytes(StandardCharsets.US_ASCII))) {
        send(exchange, 401, "the secret is not that of the demo that runs");
        return;
      }
      try {
        send(exchange, 200, obey(exchange.getRequestMethod(), exchange.getRequestURI().getPath()));
      } catch (DemoProblem problem) {
        send(exchange, 409, String.valueOf(problem.getMessage()));
      }
    }
  }

  private String obey(String method, String path) throws DemoProblem {
    var words = path.split("/", -1);
    if (words.length == 4 && words[1].equals("zones")) {
      var zone = words[2];
      switch (method + " " + words[3]) {
        case "POST up" -> zones.up(zone);
        case "POST down" -> zones.down(zone);
        case "GET status" -> zones.status(zone);
        default -> throw unknown(method, path);
      }
      return zones.status(zone);
    }
    if (words.length == 3 && words[1].equals("tokens") && method.equals("POST")) {
      var person =
          Person.named(words[2])
              .orElseThrow(
                  () -> new DemoProblem("nobody is called '" + words[2] + "'; alice and bob are"));
      return issuer.token(person.tokenRequest());
    }
    throw unknown(method, path);
  }

  private static DemoProblem unknown(String method, String path) {
    return new DemoProblem("the demo does not understand " + method + " " + path);
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    var body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
