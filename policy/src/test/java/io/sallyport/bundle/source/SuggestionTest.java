package io.sallyport.bundle.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SuggestionTest {
  private static final List<String> WORDS = List.of("policy", "upstream", "limits", "storeDown");

  @Test
  void aMisspeltWordHasTheNearestForASuggestion() {
    assertThat(Suggestion.among(WORDS, "polcy")).isEqualTo("; did you mean 'policy'?");
    assertThat(Suggestion.among(WORDS, "pulicy")).isEqualTo("; did you mean 'policy'?");
    assertThat(Suggestion.among(WORDS, "policies")).isEqualTo("; did you mean 'policy'?");
    assertThat(Suggestion.among(WORDS, "store-down")).isEqualTo("; did you mean 'storeDown'?");
    assertThat(Suggestion.among(WORDS, "LIMITS")).isEqualTo("; did you mean 'limits'?");
  }

  @Test
  void aSwapOfNeighboursIsOneMistake() {
    assertThat(Suggestion.among(List.of("path"), "paht")).isEqualTo("; did you mean 'path'?");
  }

  @Test
  void aWordThatIsFarFromEveryOtherHasNone() {
    assertThat(Suggestion.among(WORDS, "colour")).isEmpty();
    assertThat(Suggestion.among(WORDS, "")).isEmpty();
    assertThat(Suggestion.among(List.of(), "policy")).isEmpty();
    assertThat(Suggestion.among(List.of("a"), "b")).isEmpty();
  }
}
