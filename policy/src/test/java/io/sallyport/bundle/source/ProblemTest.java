package io.sallyport.bundle.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProblemTest {
  @Test
  void theCaretStandsBelowWhatIsMeant() {
    Findings findings = new Findings();
    SourceFile file = SourceFile.of("routes/a.yaml", "one\n  two: three\n");

    findings.problem(file.at(1, 7), "not 'three'");

    assertThat(findings.problems())
        .map(Problem::render)
        .containsExactly("routes/a.yaml:2:8: not 'three'\n |   two: three\n | .......^");
  }

  @Test
  void aLongLineIsCutAroundTheCaret() {
    Findings findings = new Findings();
    SourceFile file = SourceFile.of("a", "x".repeat(500) + "!" + "y".repeat(500));

    findings.problem(file.at(500), "that");

    List<String> lines = findings.problems().getFirst().render().lines().toList();
    assertThat(lines.get(0)).isEqualTo("a:1:501: that");
    assertThat(lines.get(1)).hasSizeLessThan(170).contains("x!y");
    assertThat(lines.get(2).indexOf('^')).isEqualTo(lines.get(1).indexOf('!'));
  }

  @Test
  void aFileCannotWriteToTheTerminalThroughAMessage() {
    Findings findings = new Findings();
    SourceFile file = SourceFile.of("a", "\u001b[31m\u202eevil\ttab");

    findings.problem(file.at(0), "bad '\u001b[31m\u202e'");

    assertThat(findings.problems().getFirst().render()).doesNotContain("\u001b", "\u202e", "\t");
  }

  @Test
  void problemsComeInTheOrderOfFilesAndLines() {
    Findings findings = new Findings();
    SourceFile a = SourceFile.of("a", "1\n2\n");
    SourceFile b = SourceFile.of("b", "1\n2\n");

    findings.problem(b.at(0), "third");
    findings.problem(a.at(1, 0), "second");
    findings.problem(a.at(0), "first");
    findings.problem(a.at(0), "first");

    assertThat(findings.problems())
        .map(Problem::message)
        .containsExactly("first", "second", "third");
  }
}
