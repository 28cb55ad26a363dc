package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DecisionIdsTest {

  @Test
  void noTwoAreTheSameAndEachIsATraceId() {
    DecisionIds ids = new DecisionIds();
    Set<String> seen = new HashSet<>();
    Set<String> parents = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String id = ids.next();
      assertThat(id).matches("[0-9a-f]{32}").doesNotMatch("0+");
      seen.add(id);
      parents.add(DecisionIds.parentId(id));
    }
    assertThat(seen).hasSize(10_000);
    assertThat(parents).hasSize(10_000).doesNotContain("0".repeat(16));
  }

  @Test
  void twoProcessesDoNotMeet() {
    assertThat(new DecisionIds().next().substring(0, 16))
        .isNotEqualTo(new DecisionIds().next().substring(0, 16));
  }
}
