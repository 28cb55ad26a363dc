package io.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.FilterCompiler;
import io.sallyport.snapshot.Seals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A candidate keeps nobody from starting or serving, whatever is wrong with it.
@Timeout(30)
final class CandidateTest {
  private static final Path DEMO = Path.of("../policy/bundles/demo");

  @TempDir Path folder;

  private final AtomicInteger changes = new AtomicInteger();

  private Candidate candidate(Path place) {
    return new Candidate(place, Seals.NONE, FilterCompiler.NONE, changes::incrementAndGet);
  }

  @Test
  void itIsReadAndReadAgainWheneverItChanges() throws Exception {
    Path place = copyOfTheDemo();
    try (var candidate = candidate(place)) {
      Bundle first = candidate.get().orElseThrow();
      Path routes = place.resolve("routes/orders.yaml");
      String good = Files.readString(routes);

      Files.writeString(routes, "kind: Nonsense\n");
      await(() -> candidate.get().isEmpty());
      Files.writeString(routes, good + "# changed\n");
      await(() -> candidate.get().filter(now -> !now.id().equals(first.id())).isPresent());

      // A look may come between two writes of one file.
      assertThat(changes.get()).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void oneThatIsNotThereIsNone() {
    try (var none = candidate(folder.resolve("none"));
        var notWanted = new Candidate(null, Seals.NONE, FilterCompiler.NONE, () -> {})) {
      assertThat(none.get()).isEqualTo(Optional.empty());
      assertThat(notWanted.get()).isEqualTo(Optional.empty());
    }
  }

  private Path copyOfTheDemo() throws Exception {
    for (String kind : List.of("routes", "policies", "data", "tests")) {
      Path to = Files.createDirectories(folder.resolve("bundle").resolve(kind));
      try (var files = Files.list(DEMO.resolve(kind))) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(file.getFileName().toString()));
        }
      }
    }
    return folder.resolve("bundle");
  }

  private interface Hope {
    boolean isTrue();
  }

  private static void await(Hope hope) throws InterruptedException {
    while (!hope.isTrue()) {
      Thread.sleep(20);
    }
  }
}
