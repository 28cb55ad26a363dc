package io.sallyport.loadtest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartedTest {
  @TempDir Path folder;

  @Test
  void whatWasStartedEndsWithTheRun() throws IOException {
    Started started = new Started(folder);
    Process process = started.serve("sleeper", List.of("sleep", "600"));

    started.close();

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void nothingStartsWhenTheRunIsOver() {
    Started started = new Started(folder);
    started.close();

    assertThatThrownBy(() -> started.serve("sleeper", List.of("sleep", "600")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatTakesTooLongIsEnded() {
    try (Started started = new Started(folder)) {
      assertThatThrownBy(() -> started.run(List.of("sleep", "600"), Duration.ofMillis(50)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("sleep");
    }
  }

  @Test
  void coresAreTwoDifferentOnes() {
    assertThat(Cores.parse("2, 3")).isEqualTo(new Cores(2, 3));
    assertThatThrownBy(() -> Cores.parse("1,1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cores.parse("1")).isInstanceOf(IllegalArgumentException.class);
  }
}
