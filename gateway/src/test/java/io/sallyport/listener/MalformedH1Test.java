package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class MalformedH1Test {
  private static Rig rig;

  @BeforeAll
  static void start() {
    rig = Rig.start();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  static Stream<Arguments> rows() throws IOException {
    try (InputStream file = MalformedH1Test.class.getResourceAsStream("malformed-h1.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#") && !line.isBlank())
              .map(line -> line.split(" \\| ", 3))
              .map(row -> Arguments.of(row[0], row[1], bytes(row[2])))
              .toList()
              .stream();
    }
  }

  private static String bytes(String escaped) {
    String text =
        escaped
            .replace("\\r\\nH", "\\r\\nHost: localhost\\r\\n")
            .replace("localhost\\r\\nH\\r\\n", "localhost\\r\\nHost: localhost\\r\\n\\r\\n")
            .replace("\\r", "\r")
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\0", "\0");
    var bytes = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\x", i)) {
        bytes.append((char) Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        bytes.append(text.charAt(i));
      }
    }
    return bytes.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void isRefusedRecordedAndTheEndOfItsConnection(String name, String reason, String request)
      throws IOException {
    rig.edge.refused.clear();
    try (var client = rig.h1()) {
      var answer = client.send(request).read();

      assertThat(answer.reason()).as(name).isEqualTo(reason);
      assertThat(answer.status()).isEqualTo(Reason.of(reason).orElseThrow().status());
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(answer.headers()).containsKey("strict-transport-security");
      assertThat(client.ended()).isTrue();
    }
    assertThat(rig.edge.refused).containsExactly(Reason.of(reason).orElseThrow());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void isRefusedAlikeWhenItArrivesInPieces(String name, String reason, String request)
      throws IOException {
    try (var client = rig.h1()) {
      for (int i = 0; i < request.length(); i += 3) {
        try {
          client.send(request.substring(i, Math.min(i + 3, request.length())));
        } catch (IOException e) {
          break; // already refused
        }
      }

      assertThat(client.read().reason()).as(name).isEqualTo(reason);
    }
  }

  @Test
  void aHeadBeyondItsBoundsIsTooLarge() throws IOException {
    String host = "Host: localhost\r\n";
    assertThat(refusal("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n" + host + "\r\n"))
        .isEqualTo("headers-too-large");
    assertThat(refusal("GET / HTTP/1.1\r\n" + host + "A: " + "a".repeat(40_000) + "\r\n\r\n"))
        .isEqualTo("headers-too-large");
    assertThat(refusal("GET / HTTP/1.1\r\n" + host + "A: a\r\n".repeat(100) + "\r\n"))
        .isEqualTo("headers-too-large");
    assertThat(refusal("GET / HTTP/1.1\r\n" + host + "A: a\r\n".repeat(99) + "\r\n"))
        .isEqualTo("none");
  }

  @Test
  void whatIsUnusualButWellFormedIsServed() throws IOException {
    String chunked = "POST /sink HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n";
    assertThat(answer(chunked + "5;a=b\r\nhello\r\n0\r\n\r\n")).isEqualTo("5");
    assertThat(answer(chunked + "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n")).isEqualTo("5 [X-Sum=1]");
    assertThat(answer("GET / HTTP/1.1\r\nhost:\tlocalhost \r\nA:\r\n\r\n")).isEqualTo("hello");
    assertThat(answer("POST /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 005\r\n\r\nhello"))
        .isEqualTo("5");
  }

  private static String refusal(String request) throws IOException {
    try (var client = rig.h1()) {
      return client.send(request).read().reason();
    }
  }

  private static String answer(String request) throws IOException {
    try (var client = rig.h1()) {
      return client.send(request).read().body();
    }
  }
}
