package io.sallyport.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The one timer of a loop's connections.
final class LoopWatchTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopWatch watch = new LoopWatch(channel.eventLoop(), 100);
  private final List<String> seen = new ArrayList<>();

  @Test
  void aConnectionThatThrowsIsClosedAndTheOthersTimeGoesOn() {
    watch.add(connection("broken", true));
    watch.add(connection("sound", false));

    timePasses();
    timePasses();

    assertThat(seen).containsExactly("broken ticks", "broken closes", "sound ticks", "sound ticks");
  }

  private void timePasses() {
    channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private LoopWatch.Watched connection(String name, boolean broken) {
    return new LoopWatch.Watched() {
      @Override
      public void tick(long now) {
        seen.add(name + " ticks");
        if (broken) {
          throw new IllegalStateException(name);
        }
      }

      @Override
      public void drain() {}

      @Override
      public void close() {
        seen.add(name + " closes");
      }
    };
  }
}
