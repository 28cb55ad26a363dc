package io.sallyport.bundle.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each text holds the word `here` in a scalar; its place in the value must lead to its place in
/// the file.
final class ScalarPlacesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "when: a here b",
        "when: a\n  b\n  here c",
        "when: 'it''s ''quoted'' here'",
        "when: 'folded\n\n  twice\n  here'",
        "when: \"\\\"q\\\" \\x41\\u0042\\U00000043 \\n\\t here\"",
        "when: \"joined \\\n  by a backslash here\"",
        "when: |\n  a\n    b\n  c here",
        "when: |2-\n   indented\n  here",
        "when: >\n  a\n  b\n\n  c\n    kept\n  d here",
        "when: > # a comment\n  a b here",
        "when: '\uD83D\uDE00 wide here'",
        "when: |\r\n  a\r\n  here\r\n",
      })
  void aWordIsFoundInEveryStyle(String text) {
    SourceFile file = SourceFile.of("x.yaml", text);
    Optional<Node> root = YamlReader.read(file, new Findings());
    Node.Scalar scalar =
        (Node.Scalar) ((Node.Mapping) root.orElseThrow()).entries().getFirst().value();

    int inValue = scalar.text().codePointCount(0, scalar.text().indexOf("here"));
    Place place = scalar.at(inValue);

    assertThat(place.offset()).isEqualTo(text.codePointCount(0, text.indexOf("here")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"when: ab", "when: 'ab'", "when: |\n  ab\n", "when: \"\""})
  void aPlaceBehindTheEndStaysInTheFile(String text) {
    SourceFile file = SourceFile.of("x.yaml", text);
    Optional<Node> root = YamlReader.read(file, new Findings());
    Node.Scalar scalar =
        (Node.Scalar) ((Node.Mapping) root.orElseThrow()).entries().getFirst().value();

    assertThat(scalar.at(1_000_000).offset()).isBetween(0, text.length());
  }
}
