package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class MalformedH2Test {
  private static final int NO_ERROR = 0;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final String GOOD = ":method=GET :scheme=https :path=/ :authority=localhost";
  private static Rig rig;

  @BeforeAll
  static void start() {
    rig = Rig.start();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  private static H2Client connect() throws IOException {
    return new H2Client(rig.connect("h2"));
  }

  static Stream<Arguments> rows() throws IOException {
    try (InputStream file = MalformedH2Test.class.getResourceAsStream("malformed-h2.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#") && !line.isBlank())
              .map(line -> line.split(" \\| ", 3))
              .map(row -> Arguments.of(row[0], row[1], fields(row[2])))
              .toList()
              .stream();
    }
  }

  private static String[] fields(String text) {
    return Arrays.stream(text.replaceFirst("^G ", GOOD + " ").split(" "))
        .map(MalformedH2Test::unescaped)
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

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void isRefusedAndRecordedAndTheConnectionServesOn(String name, String reason, String[] fields)
      throws IOException {
    rig.edge.refused.clear();
    try (var client = connect()) {
      var answer = client.headers(1, true, fields).answer(1);

      assertThat(answer.get("x-reason")).as(name).hasToString(reason);
      assertThat(answer.contains("strict-transport-security")).isTrue();
      assertThat(client.get(3, "/").answer(3).status()).hasToString("200");
    }
    assertThat(rig.edge.refused).containsExactly(Reason.of(reason).orElseThrow());
  }

  @Test
  void aHeadBeyondItsBoundsIsTooLarge() throws IOException {
    try (var client = connect()) {
      String[] many = (GOOD + " a=b".repeat(97)).split(" ");
      assertThat(client.headers(1, true, many).answer(1).get("x-reason"))
          .hasToString("headers-too-large");
      String[] longPath = GOOD.replace(":path=/", ":path=/" + "a".repeat(9_000)).split(" ");
      assertThat(client.headers(3, true, longPath).answer(3).get("x-reason"))
          .hasToString("headers-too-large");
    }
  }

  @Test
  void aBodyOfAnotherLengthThanAnnouncedIsRefused() throws IOException {
    for (byte[] body : new byte[][] {new byte[4], new byte[6]}) {
      try (var client = connect()) {
        client.headers(
            1,
            false,
            (GOOD.replace("GET", "POST").replace("=/ ", "=/sink ") + " content-length=5")
                .split(" "));
        client.frame(H2Client.DATA, H2Client.END_STREAM, 1, body);

        assertThat(client.answer(1).get("x-reason")).hasToString("malformed-request");
      }
    }
  }

  @Test
  void trailersAreDeliveredAndWithPseudoHeadersRefused() throws IOException {
    try (var client = connect()) {
      client.post(1, "/sink").frame(H2Client.DATA, 0, 1, new byte[3]).headers(1, true, "x-sum=7");
      assertThat(client.answer(1).status()).hasToString("200");
      client.post(3, "/sink").headers(3, true, ":path=/");
      assertThat(client.answer(3).get("x-reason")).hasToString("malformed-request");
    }
  }

  @Test
  void anEarlyAnswerEndsTheRequestWithoutAnError() throws IOException {
    try (var client = connect()) {
      client.post(1, "/");

      assertThat(client.answer(1).status()).hasToString("200");
      var reset = client.readUntil(frame -> frame.type() == H2Client.RST_STREAM);
      assertThat(reset.payload()[3]).isEqualTo((byte) NO_ERROR);
    }
  }

  @Test
  void aFloodEndsTheConnection() throws IOException {
    try (var client = connect()) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  client.frame(H2Client.PING, 0, 0, new byte[8]);
                }
                throw new IOException("took all " + client.goAway());
              })
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining("took all 0");
    }
  }

  @Test
  void rapidResetEndsTheConnection() throws IOException {
    try (var client = connect()) {

      try {
        for (int stream = 1; stream < 1_000; stream += 2) {
          client.get(stream, "/hold").cancel(stream);
        }
      } catch (IOException e) {
        return; // closed already
      }
      int code = client.goAway();

      assertThat(code).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void resetsThatTheClientMakesUsSendEndTheConnection() throws IOException {
    try (var client = connect()) {
      assertThatThrownBy(
              () -> {
                for (int stream = 1; stream < 4_000; stream += 2) {
                  client.post(stream, "/hold");
                  client.frame(H2Client.WINDOW_UPDATE, 0, stream, new byte[4]);
                }
                client.readUntil(frame -> false);
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aFloodOfContinuationsEndsTheConnection() throws IOException {
    try (var client = connect()) {
      assertThatThrownBy(
              () -> {
                client.frame(H2Client.HEADERS, H2Client.END_STREAM, 1, H2Client.block("a=b"));
                for (int i = 0; i < 1_000; i++) {
                  client.frame(H2Client.CONTINUATION, 0, 1, H2Client.block("a=b"));
                }
                client.readUntil(frame -> false);
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aFloodOfEmptyDataEndsTheConnection() throws IOException {
    try (var client = connect()) {
      client.post(1, "/hold");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  client.frame(H2Client.DATA, 0, 1, new byte[0]);
                }
                client.readUntil(frame -> false);
              })
          .isInstanceOf(IOException.class);
    }
  }
}
