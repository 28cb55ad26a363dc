package io.sallyport.loadtest.generator;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClosedLoopTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void showsTheTokensInTurn(Protocol protocol) throws Exception {
    // Longer than one octet of HPACK's length can say.
    var tokens = List.of("a".repeat(200), "b".repeat(500), "c");
    var file = Files.write(folder.resolve("tokens"), tokens);
    try (var server = TestServer.answering(200)) {
      var outcome = run(server.target(protocol), Tokens.in(file), 300);

      assertThat(outcome.requests()).isEqualTo(300);
      assertThat(outcome.errors()).isZero();
      assertThat(
              server.asked().stream()
                  .collect(groupingBy(a -> String.valueOf(a.authorization()), counting())))
          .isEqualTo(
              Map.of(
                  "Bearer " + tokens.get(0), 100L,
                  "Bearer " + tokens.get(1), 100L,
                  "Bearer " + tokens.get(2), 100L));
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsTheSameHeadersWithEveryRequest(Protocol protocol) throws Exception {
    try (var server = TestServer.answering(200)) {
      var plain = server.target(protocol);
      var target =
          new Target(
              plain.port(),
              "localhost",
              "/some/path?q=1",
              protocol,
              List.of(new Header("x-one", "1"), new Header("Authorization", "Bearer t")),
              200);

      var outcome = run(target, Tokens.none(), 50);

      assertThat(outcome.errors()).isZero();
      assertThat(server.asked())
          .hasSize(50)
          .containsOnly(new TestServer.Asked("/some/path?q=1", "Bearer t", "localhost"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsAnotherStatusAsAnError(Protocol protocol) throws Exception {
    // 429 is not in HPACK's static table, 404 is.
    for (int status : List.of(404, 429)) {
      try (var server = TestServer.answering(status)) {
        var outcome = run(server.target(protocol), Tokens.none(), 20);

        assertThat(outcome.requests()).isEqualTo(20);
        assertThat(outcome.errors()).isEqualTo(20);
      }
    }
  }

  @Test
  void goesOnWhenTheServerEndsAConnectionAfterAnAnswer() throws Exception {
    try (var server = TestServer.answering(200).closingAfterEachAnswer()) {
      var outcome = run(server.target(Protocol.H1), Tokens.none(), 10);

      assertThat(outcome.requests()).isEqualTo(10);
      assertThat(outcome.errors()).isZero();
    }
  }

  @Test
  void refusesAFileWithALineThatIsNoToken() throws Exception {
    var file = Files.write(folder.resolve("tokens"), List.of("good", "not good"));

    assertThatThrownBy(() -> Tokens.in(file)).hasMessageContaining("a line is not a bearer token");
  }

  @Test
  void refusesAFileWithoutTokens() throws Exception {
    var file = Files.createFile(folder.resolve("tokens"));

    assertThatThrownBy(() -> Tokens.in(file)).hasMessageContaining("no tokens");
  }

  private static ClosedLoad.Outcome run(Target target, Tokens tokens, int requests)
      throws Exception {
    try (var dialer = new Dialer(target)) {
      return Program.await(
          new ClosedLoad(dialer, target, tokens, requests, 4, 5).run(), Duration.ofSeconds(30));
    }
  }
}
