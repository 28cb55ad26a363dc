package io.sallyport.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReaderTest {
  @Test
  void pathsAndTokensGoTogetherInTheirOrder() {
    assertThat(Reader.pair(List.of("/a", "/b"), List.of("one", "two")))
        .containsExactly(reader("/a", "one"), reader("/b", "two"));
  }

  @Test
  void onePathIsReadWithEveryToken() {
    assertThat(Reader.pair(List.of("/a"), List.of("one", "two")))
        .containsExactly(reader("/a", "one"), reader("/a", "two"));
  }

  @Test
  void oneTokenReadsEveryPath() {
    assertThat(Reader.pair(List.of("/a", "/b"), List.of("one")))
        .containsExactly(reader("/a", "one"), reader("/b", "one"));
  }

  @Test
  void withoutATokenNobodyReads() {
    assertThat(Reader.pair(List.of("/a"), List.of()))
        .containsExactly(new Reader("/a", Optional.empty()));
  }

  @Test
  void threePathsAndTwoTokensAreAMistake() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reader.pair(List.of("/a", "/b", "/c"), List.of("one", "two")))
        .withMessageContaining("3 paths and 2 tokens");
  }

  @Test
  void aTokenIsNotShown() {
    assertThat(reader("/a", "secret-token").toString()).doesNotContain("secret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader("/a", "secret\r\nhost: elsewhere"))
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "//elsewhere/orders", "/a b", "/a#b", "/a\r\nhost: x", ""})
  void refusesWhatIsNoPath(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Reader(path, Optional.empty()))
        .withMessageContaining("--path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8443",
        "ftp://localhost",
        "https://localhost/orders",
        "https://user@localhost",
        "https://localhost?x=y",
        "https://"
      })
  void refusesWhatIsNoTarget(String target) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Target.parse(target))
        .withMessageContaining("--target");
  }

  @Test
  void aTargetKnowsItsPort() {
    assertThat(Target.parse("https://localhost").port()).isEqualTo(443);
    assertThat(Target.parse("http://[::1]/").port()).isEqualTo(80);
    assertThat(Target.parse("http://[::1]/").host()).isEqualTo("::1");
    assertThat(Target.parse("https://localhost:8443").port()).isEqualTo(8443);
  }

  private static Reader reader(String path, String token) {
    return new Reader(path, Optional.of(token));
  }
}
