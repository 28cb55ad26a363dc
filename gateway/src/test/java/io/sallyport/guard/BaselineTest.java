package io.sallyport.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// When the guard complains, and when it only tells.
final class BaselineTest {
  private final Baseline baseline = Baseline.parse("# a comment\na = 1000\nb = 500\n");

  @Test
  void aTenthMoreIsTolerated() {
    assertThat(baseline.complaints(Map.of("a", 1100L, "b", 550L))).isEmpty();
  }

  @Test
  void moreThanATenthIsNot() {
    assertThat(baseline.complaints(Map.of("a", 1101L, "b", 500L)))
        .singleElement()
        .asString()
        .startsWith("a: 1101 bytes a request, expected about 1000 (+10 %).")
        .contains("-Dguard.record=true");
  }

  @Test
  void aCaseWithoutABaselineIsNotLetPass() {
    assertThat(baseline.complaints(Map.of("a", 1L, "b", 1L, "c", 1L)))
        .singleElement()
        .asString()
        .startsWith("c: has no baseline");
  }

  @Test
  void aCaseThatIsNotMeasuredAnyMoreIsNotLetPass() {
    assertThat(baseline.complaints(Map.of("a", 1000L))).containsExactly("b: was not measured");
  }

  @Test
  void whatShrankIsToldAndNotAComplaint() {
    var measured = Map.of("a", 800L, "b", 500L);

    assertThat(baseline.complaints(measured)).isEmpty();
    assertThat(baseline.praises(measured))
        .singleElement()
        .asString()
        .startsWith("a: 800 bytes a request, expected about 1000 (-20 %).");
  }

  @Test
  void whatIsRecordedIsReadBack() {
    assertThat(Baseline.parse(baseline.text())).isEqualTo(baseline);
  }
}
