package io.sallyport.cli;

import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleReader;
import io.sallyport.bundle.BundleReading;
import io.sallyport.bundle.BundleTests;
import io.sallyport.bundle.pack.PackedBundle;
import io.sallyport.bundle.pack.Unusable;
import io.sallyport.spring.SpringLane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads the bundle that a command is about.
final class Bundles {
  private Bundles() {}

  record Read(Bundle bundle, BundleTests tests) {}

  /// @param place a folder, or a packed bundle
  /// @param plugins a folder of jars with filters; null: there are none
  /// @throws ConfigurationRefused with every problem, as a person reads them
  static Read read(Path place, @Nullable Path plugins) {
    try (var filters = new SpringLane(plugins)) {
      BundleReading reading =
          Files.isRegularFile(place)
              ? BundleReader.read(packed(place).files(), filters)
              : BundleReader.read(place, filters);
      return switch (reading) {
        case BundleReading.Bad(var problems) ->
            throw new ConfigurationRefused(problems.render().stripTrailing());
        case BundleReading.Good(Bundle bundle, BundleTests tests) -> new Read(bundle, tests);
      };
    }
  }

  /// @throws ConfigurationRefused when it is no packed bundle, or not whole
  static PackedBundle packed(Path file) {
    try {
      if (Files.size(file) > PackedBundle.MOST_BYTES) {
        throw new ConfigurationRefused(file + " is larger than a bundle may be");
      }
      return PackedBundle.open(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ConfigurationRefused(file + " cannot be read: " + e);
    } catch (Unusable e) {
      throw new ConfigurationRefused(file + ": " + e.why());
    }
  }
}
