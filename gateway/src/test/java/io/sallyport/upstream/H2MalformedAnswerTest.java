package io.sallyport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.admission.PermitFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is not HTTP is refused, never repaired, and costs its own stream alone.
final class H2MalformedAnswerTest {
  /// The number of a connection's first stream, as Netty counts.
  private static final int FIRST = 3;

  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  static Stream<Arguments> rows() throws IOException {
    try (InputStream file =
        H2MalformedAnswerTest.class.getResourceAsStream("malformed-h2-answers.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#") && !line.isBlank())
              .map(line -> line.split(" \\| ", 2))
              .map(row -> Arguments.of(row[0], fields(row[1])))
              .toList()
              .stream();
    }
  }

  private static String[] fields(String text) {
    return Arrays.stream(text.split(" "))
        .flatMap(
            field -> {
              int equals = field.indexOf('=', 1);
              return Stream.of(field.substring(0, equals), field.substring(equals + 1));
            })
        .map(H2MalformedAnswerTest::unescaped)
        .toArray(String[]::new);
  }

  private static String unescaped(String field) {
    var text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      if (field.startsWith("\\x", i)) {
        text.append((char) Integer.parseInt(field.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        text.append(field.charAt(i));
      }
    }
    return text.toString();
  }

  /// Its first answer is this one, the others are good.
  private static H2Backend backend(H2Backend.Script first) {
    return H2Backend.start(
        (connection, frame) -> {
          if (frame.stream().id() == FIRST) {
            first.heard(connection, frame);
          } else {
            connection.answer(frame.stream(), 200, "hi");
          }
        });
  }

  private String get(H2Backend backend) throws Exception {
    return client.send(PermitFixture.to(Client.h2c(backend.endpoint("a"))), "GET").await();
  }

  private void breaksAlone(H2Backend backend, String heard) throws Exception {
    assertThat(get(backend)).isEqualTo(heard);
    Http1FailureTest.await(() -> backend.events().equals(List.of("reset PROTOCOL_ERROR")));
    assertThat(get(backend)).isEqualTo("head 200, body hi");
    assertThat(backend.connections()).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void anAnswerWithABadHeadIsBroken(String name, String[] fields) throws Exception {
    try (var backend =
        backend((connection, frame) -> connection.head(frame.stream(), false, fields))) {
      breaksAlone(backend, "failed BROKEN");
    }
  }

  @Test
  void aStatusBehindAnotherFieldIsBroken() throws Exception {
    try (var backend =
        backend(
            (connection, frame) ->
                // a: b, and :status: 200 from the static table.
                connection.raw("000006 01 04 00000003 00 01 61 01 62 88"))) {
      breaksAlone(backend, "failed BROKEN");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "hello, world"})
  void aBodyOfAnotherLengthThanAnnouncedIsBroken(String body) throws Exception {
    try (var backend =
        backend(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200", "content-length", "5");
              connection.data(frame.stream(), body, true);
            })) {
      assertThat(get(backend)).isEqualTo("head 200, failed BROKEN");
      assertThat(get(backend)).isEqualTo("head 200, body hi");
      assertThat(backend.connections()).hasSize(1);
    }
  }

  @Test
  void aLengthAndNoBodyIsBroken() throws Exception {
    try (var backend =
        backend(
            (connection, frame) ->
                connection.head(frame.stream(), true, ":status", "200", "content-length", "5"))) {
      assertThat(get(backend)).isEqualTo("failed BROKEN");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"204", "304"})
  void aBodyWhereNoneMayBeIsBroken(String status) throws Exception {
    try (var backend =
        backend(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", status);
              connection.data(frame.stream(), "hi", false);
            })) {
      breaksAlone(backend, "head " + status + ", failed BROKEN");
    }
  }

  @Test
  void aBodyBehindTheAnswerToHeadIsBroken() throws Exception {
    try (var backend =
        backend(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.data(frame.stream(), "hi", false);
            })) {
      var permit = PermitFixture.to(Client.h2c(backend.endpoint("a")));

      assertThat(client.send(permit, "HEAD").await()).isEqualTo("head 200, failed BROKEN");
    }
  }

  @Test
  void aBodyWithoutAHeadIsBroken() throws Exception {
    try (var backend =
        backend((connection, frame) -> connection.data(frame.stream(), "hi", false))) {
      assertThat(get(backend)).isEqualTo("failed BROKEN");
    }
  }

  @Test
  void anInterimAnswerThatEndsTheStreamIsBroken() throws Exception {
    try (var backend =
        backend((connection, frame) -> connection.head(frame.stream(), true, ":status", "103"))) {
      assertThat(get(backend)).isEqualTo("failed BROKEN");
    }
  }

  @Test
  void theEleventhInterimAnswerIsOneTooMany() throws Exception {
    try (var backend =
        backend(
            (connection, frame) -> {
              for (int i = 0; i < 11; i++) {
                connection.head(frame.stream(), false, ":status", "103");
              }
            })) {
      assertThat(get(backend)).isEqualTo("interim 103, ".repeat(10) + "failed BROKEN");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {":status=200", "Checksum=1", "connection=close", "a=\\x0a"})
  void badTrailersAreBroken(String trailer) throws Exception {
    try (var backend =
        backend(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.head(frame.stream(), true, fields(trailer));
            })) {
      assertThat(get(backend)).isEqualTo("head 200, failed BROKEN");
      assertThat(get(backend)).isEqualTo("head 200, body hi");
    }
  }

  @Test
  void trailersThatDoNotEndTheStreamAreBroken() throws Exception {
    try (var backend =
        backend(
            (connection, frame) -> {
              connection.head(frame.stream(), false, ":status", "200");
              connection.head(frame.stream(), false, "a", "b");
            })) {
      assertThat(get(backend)).isEqualTo("head 200, failed BROKEN");
    }
  }

  @Test
  void aHeadOfMoreThan64KibIsBrokenAlone() throws Exception {
    try (var backend =
        backend(
            (connection, frame) ->
                connection.head(
                    frame.stream(), false, ":status", "200", "a", "x".repeat(65 * 1024)))) {
      breaksAlone(backend, "failed BROKEN");
    }
  }

  @Test
  void aHeadOfMuchMoreEndsTheConnection() throws Exception {
    try (var backend =
        backend(
            (connection, frame) ->
                connection.head(
                    frame.stream(), false, ":status", "200", "a", "\n".repeat(200 * 1024)))) {
      assertThat(get(backend)).isEqualTo("failed BROKEN");
      assertThat(get(backend)).isEqualTo("failed BROKEN");
      assertThat(backend.connections()).hasSize(2);
    }
  }

  @Test
  void aLengthOfZeroIsTakenOffAnAnswerWithoutContent() throws Exception {
    try (var backend =
        backend(
            (connection, frame) ->
                connection.head(frame.stream(), true, ":status", "204", "content-length", "0"))) {
      var heard = client.send(PermitFixture.to(Client.h2c(backend.endpoint("a"))), "GET");

      assertThat(heard.await()).isEqualTo("head 204");
      assertThat(heard.headers().contains("content-length")).isFalse();
    }
  }
}
