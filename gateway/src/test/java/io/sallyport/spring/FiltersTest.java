package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each filter that ships with Spring Cloud Gateway and works here, through the public port, with a
/// real backend. A case is a file in `filters/`:
///
/// `filters`, a list in YAML; `request`, its line, fields and body; `backend`, what it sees: the
/// line, fields that are there, `-name` for those that are not, and the body, or `nothing`;
/// `client`, the same with a status.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FiltersTest {
  private static final Path CASES = Path.of("src/test/resources/io/sallyport/spring/filters");

  private EchoBackend backend;
  private GatewayUnderTest gateway;

  record Case(String name, String filters, String request, String backend, String client) {
    static Case read(Path file) {
      try {
        String[] parts = Files.readString(file).split("(?m)^=== \\w+\n");
        String name = file.getFileName().toString().replace(".case", "");
        return new Case(name, parts[1], parts[2], parts[3], parts[4]);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    String host() {
      return name.toLowerCase(Locale.ROOT) + ".example.com";
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() throws IOException {
    try (var files = Files.list(CASES)) {
      return files.sorted().map(Case::read).toList().stream();
    }
  }

  @BeforeAll
  void start() throws IOException {
    backend = new EchoBackend();
    var routes = new StringBuilder();
    cases()
        .forEach(
            each ->
                routes.append(
                    """
                    - id: %s
                      match: { host: %s, path: /** }
                      policy: open
                      upstream: backend
                      filters:
                    %s"""
                        .formatted(
                            each.name().toLowerCase(Locale.ROOT),
                            each.host(),
                            each.filters().indent(4))));
    gateway = GatewayUnderTest.start(TestBundle.of(routes.toString(), backend.address()));
  }

  @AfterAll
  void stop() {
    gateway.close();
    backend.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void worksAsInSpringCloudGateway(Case given) throws Exception {
    backend.seen().clear();
    Message answer = exchange(given);

    if (given.backend().strip().equals("nothing")) {
      assertThat(backend.seen()).isEmpty();
    } else {
      assertThat(backend.seen()).as("%s", answer).isNotEmpty();
      var seen = backend.seen().getLast();
      new Message(seen.line(), seen.fields(), seen.body()).matches(Message.read(given.backend()));
    }
    answer.matches(Message.read(given.client()));
  }

  private Message exchange(Case given) throws IOException {
    Message request = Message.read(given.request());
    var bytes = new StringBuilder(request.line() + " HTTP/1.1\r\nhost: " + given.host() + "\r\n");
    request.fields().forEach(field -> bytes.append(field).append("\r\n"));
    if (!request.body().isEmpty()) {
      bytes.append("content-length: ").append(request.body().length()).append("\r\n");
    }
    bytes.append("connection: close\r\n\r\n").append(request.body());
    try (var socket = gateway.connect("http/1.1")) {
      socket.getOutputStream().write(bytes.toString().getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Message.read(
          answer.replace("\r\n", "\n").replaceFirst("HTTP/1.1 (\\d+) [^\n]*", "$1"));
    }
  }

  /// A request or an answer, or what is expected of one.
  record Message(String line, List<String> fields, String body) {
    static Message read(String text) {
      String[] headAndBody = text.split("\n\n", 2);
      List<String> lines = new ArrayList<>(Arrays.asList(headAndBody[0].strip().split("\n")));
      String line = lines.removeFirst();
      return new Message(
          line,
          lines.stream().filter(field -> !field.isBlank()).toList(),
          headAndBody.length < 2 ? "" : headAndBody[1].strip());
    }

    void matches(Message expected) {
      assertThat(line).isEqualTo(expected.line());
      for (String field : expected.fields()) {
        if (field.startsWith("-")) {
          assertThat(fields).noneMatch(f -> f.startsWith(field.substring(1) + ":"));
        } else {
          assertThat(fields).contains(field);
        }
      }
      if (!expected.body().isEmpty()) {
        assertThat(body).contains(expected.body());
      }
    }
  }
}
