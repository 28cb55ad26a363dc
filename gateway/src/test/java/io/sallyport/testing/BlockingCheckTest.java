package io.sallyport.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.wire.Transport;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlockingCheckTest {

  @Test
  void aLoopThatSleepsIsFound() throws Exception {
    assertFound(
        () -> {
          Thread.sleep(1);
          return "slept";
        });
  }

  @Test
  void aLoopThatWaitsForAnotherThreadIsFound() throws Exception {
    assertFound(
        () -> {
          try {
            return new CompletableFuture<String>().get(1, TimeUnit.MILLISECONDS);
          } catch (TimeoutException e) {
            return "waited";
          }
        });
  }

  @Test
  void aLoopThatReadsAFileIsFound(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "text");
    assertFound(
        () -> {
          try (var in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
          }
        });
  }

  private static void assertFound(Callable<?> blocking) throws Exception {
    try (var transport = Transport.start(1, "blocked")) {
      transport.eventLoops().next().submit(blocking).get(5, TimeUnit.SECONDS);
    }
    assertThat(BlockingCheck.found())
        .anySatisfy(
            call ->
                assertThat(call).hasStackTraceContaining(BlockingCheckTest.class.getSimpleName()));
  }
}
