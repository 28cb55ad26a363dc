package io.sallyport.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void anOddNumberOfRoundsHasOneInTheMiddle() {
    assertThat(Summary.of(List.of(5.0, 1.0, 3.0))).isEqualTo(new Summary(3, 1, 5, 3));
  }

  @Test
  void anEvenNumberOfRoundsHasTheMeanOfTwo() {
    assertThat(Summary.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Summary(3, 1, 9, 4));
  }

  @Test
  void noRoundsAreRefused() {
    assertThatThrownBy(() -> Summary.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
