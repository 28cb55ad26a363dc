package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The bundles that ship with the product load without a warning, and their tests reach everything.
final class BundlesThatShipTest {
  static List<Path> bundles() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("bundles"))) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void itLoadsAndItsTestsReachEverything(Path folder) {
    switch (BundleReader.read(folder)) {
      case BundleReading.Bad(Problems problems) -> assertThat(problems.render()).isEmpty();
      case BundleReading.Good(Bundle bundle, BundleTests tests) -> {
        TestRun run = tests.run(bundle);
        assertThat(bundle.warnings()).isEmpty();
        assertThat(run.passed()).as(run.render()).isTrue();
        assertThat(run.rules().percent()).as(run.render()).isEqualTo(100);
        assertThat(run.routes().percent()).as(run.render()).isEqualTo(100);
      }
    }
  }
}
