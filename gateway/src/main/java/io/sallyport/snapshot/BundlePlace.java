package io.sallyport.snapshot;

import io.sallyport.bundle.pack.PackedBundle;
import io.sallyport.bundle.pack.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Where a bundle lies: a folder, or one packed file. Which of the two may change.
final class BundlePlace {
  private final Path path;
  private final BundleFolder folder;

  BundlePlace(Path path) {
    this.path = path;
    this.folder = new BundleFolder(path);
  }

  /// What was read.
  ///
  /// @param packed null: it was a folder
  record Content(SortedMap<String, byte[]> files, @Nullable PackedBundle packed) {}

  /// Two looks that differ mean a change. Opens no file.
  BundleFolder.Look look() throws IOException {
    if (!Files.isRegularFile(path)) {
      return folder.look();
    }
    var attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new BundleFolder.Look(
        List.of(
            path
                + "|"
                + attributes.size()
                + '|'
                + attributes.lastModifiedTime().toMillis()
                + '|'
                + attributes.fileKey()
                + '|'
                + path.toRealPath()));
  }

  /// Reads it.
  ///
  /// @throws Unusable when a packed file is not whole
  Content read() throws IOException, Unusable {
    if (!Files.isRegularFile(path)) {
      return new Content(folder.read(), null);
    }
    if (Files.size(path) > PackedBundle.MOST_BYTES) {
      throw new Unusable("it is larger than a bundle may be");
    }
    PackedBundle packed = PackedBundle.open(Files.readAllBytes(path));
    return new Content(packed.files(), packed);
  }
}
