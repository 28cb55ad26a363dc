package io.sallyport.cli;

import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.BundleTests;
import io.sallyport.spring.SpringLane;
import java.nio.file.Path;

/// Reads the bundle that a command is about.
final class Bundles {
  private Bundles() {}

  record Read(Bundle bundle, BundleTests tests) {}

  /// @throws ConfigurationRefused with every problem, as a person reads them
  static Read read(Path folder) {
    try (var filters = new SpringLane()) {
      return switch (BundleReader.read(folder, filters)) {
        case BundleReading.Bad(var problems) ->
            throw new ConfigurationRefused(problems.render().stripTrailing());
        case BundleReading.Good(Bundle bundle, BundleTests tests) -> new Read(bundle, tests);
      };
    }
  }
}
