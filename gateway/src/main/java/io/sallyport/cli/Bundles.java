package io.sallyport.cli;

import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.BundleTests;
import io.sallyport.spring.SpringLane;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads the bundle that a command is about.
final class Bundles {
  private Bundles() {}

  record Read(Bundle bundle, BundleTests tests) {}

  /// @param plugins a folder of jars with filters; null: there are none
  /// @throws ConfigurationRefused with every problem, as a person reads them
  static Read read(Path folder, @Nullable Path plugins) {
    try (var filters = new SpringLane(plugins)) {
      return switch (BundleReader.read(folder, filters)) {
        case BundleReading.Bad(var problems) ->
            throw new ConfigurationRefused(problems.render().stripTrailing());
        case BundleReading.Good(Bundle bundle, BundleTests tests) -> new Read(bundle, tests);
      };
    }
  }
}
