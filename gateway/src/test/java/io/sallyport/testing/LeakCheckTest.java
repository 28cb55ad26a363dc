package io.sallyport.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeakCheckTest {

  @Test
  void aLostBufferIsFound() throws InterruptedException {
    lose();

    List<String> found = new ArrayList<>();
    for (int i = 0; i < 20 && found.isEmpty(); i++) {
      found.addAll(LeakCheck.found());
    }
    assertThat(found).isNotEmpty();
  }

  private static void lose() {
    for (int i = 0; i < 10; i++) {
      PooledByteBufAllocator.DEFAULT.directBuffer(16).writeLong(i);
    }
  }
}
