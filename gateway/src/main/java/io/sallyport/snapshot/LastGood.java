package io.sallyport.snapshot;

import io.sallyport.bundle.pack.PackedBundle;
import io.sallyport.bundle.pack.Unusable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The bundle that served last, on disk: one packed file in a folder, replaced atomically, so that
/// a crash in mid-write leaves the one before.
final class LastGood {
  private static final String NAME = "bundle.zip";

  private final Path folder;

  LastGood(Path folder) {
    this.folder = folder;
  }

  void write(PackedBundle packed) throws IOException {
    Files.createDirectories(folder);
    var fresh = Files.createTempFile(folder, "." + NAME, ".new");
    try {
      Files.write(fresh, packed.bytes());
      // On the disk before its name is: a file that is empty after a power cut would be worse than
      // none.
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /// What was written last; empty when nothing was.
  ///
  /// @throws Unusable when it is not whole
  Optional<PackedBundle> read() throws IOException, Unusable {
    var stored = folder.resolve(NAME);
    return Files.exists(stored)
        ? Optional.of(PackedBundle.open(Files.readAllBytes(stored)))
        : Optional.empty();
  }
}
