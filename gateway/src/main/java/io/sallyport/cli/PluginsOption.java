package io.sallyport.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--plugins`, for every command that reads a bundle.
final class PluginsOption {
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Jars with filters of your own, as in the setting sallyport.plugins.")
  @Nullable Path folder;
}
