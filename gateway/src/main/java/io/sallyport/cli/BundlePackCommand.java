package io.sallyport.cli;

import io.sallyport.bundle.BundleFiles;
import io.sallyport.bundle.pack.PackedBundle;
import io.sallyport.bundle.pack.Unusable;
import io.sallyport.bundle.source.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport bundle pack`: a good bundle into one file.
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    description = {
      "Pack a bundle into one file with a manifest: the SHA-256 of each file, a version that only",
      "grows, the oldest gateway that understands it. A bundle with problems, or whose tests fail, is",
      "not packed. The same files, version and minimum make the same bytes."
    },
    footer = {
      "",
      "Example:",
      "  sallyport bundle pack policy/bundles/demo --out demo.bundle --bundle-version 17"
    })
final class BundlePackCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIR", description = "The bundle.")
  Path folder = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The file that is written; one that is there is replaced.")
  Path out = Path.of("");

  @Option(
      names = "--bundle-version",
      paramLabel = "N",
      description = "Its version; otherwise the seconds since 1970, which only grow.")
  long version = Instant.now().getEpochSecond();

  @Option(
      names = "--minimum-gateway",
      paramLabel = "VERSION",
      defaultValue = "0",
      description = "The oldest gateway that it is for (default: every one).")
  String minimum = "0";

  @Mixin PluginsOption plugins = new PluginsOption();

  @Override
  public Integer call() {
    var read = Bundles.read(folder, plugins.folder);
    var run = read.tests().run(read.bundle());
    if (!run.passed()) {
      throw new ConfigurationRefused(
          run.render().stripTrailing()
              + "\nthe bundle's own tests do not pass; nothing was packed.");
    }
    try {
      var packed =
          PackedBundle.pack(BundleFiles.read(folder, new Findings()).files(), version, minimum);
      write(out, packed);
      spec.commandLine()
          .getOut()
          .println(
              "packed bundle %s, version %d, %d files: %s"
                  .formatted(
                      read.bundle().shortId(), packed.version(), packed.files().size(), out));
      return 0;
    } catch (Unusable e) {
      throw new ConfigurationRefused(folder + ": " + e.why());
    }
  }

  /// Whole or not there.
  static void write(Path out, PackedBundle packed) {
    try {
      Path folder = out.toAbsolutePath().getParent();
      var fresh = Files.createTempFile(folder, ".bundle", ".new");
      try {
        Files.write(fresh, packed.bytes());
        Files.move(fresh, out.toAbsolutePath(), StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new ConfigurationRefused(out + " cannot be written: " + e);
    }
  }
}
