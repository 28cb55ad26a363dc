package io.sallyport.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A folder of files that somebody else may change at any moment.
///
/// Names that begin with a dot are not part of it: that is where Kubernetes keeps the generations
/// (`..data`) that the visible names link to. Links are followed.
public final class BundleFolder {
  private static final int MOST_FILES = 20_000;
  private static final long MOST_BYTES = 256L << 20;
  private static final int TRIES = 20;

  /// A bundle is folders of files.
  private static final int DEPTH = 2;

  private final Path root;

  public BundleFolder(Path root) {
    this.root = root;
  }

  /// What a look at the folder shows without opening a file. Two looks that differ mean a change.
  public record Look(List<String> entries) {}

  /// Looks at every file's name, size, time and identity.
  ///
  /// @throws IOException when there is no such folder, or it changed under our hands
  public Look look() throws IOException {
    var entries = new ArrayList<String>();
    for (Path file : files()) {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      entries.add(
          name(file)
              + '|'
              + attributes.size()
              + '|'
              + attributes.lastModifiedTime().toMillis()
              + '|'
              + attributes.fileKey()
              + '|'
              + file.toRealPath());
    }
    return new Look(List.copyOf(entries));
  }

  /// Reads every file, twice, until both readings are the same: what was read was there at one
  /// moment.
  ///
  /// @return contents by name relative to the folder, with slashes
  /// @throws IOException when there is no such folder, a file cannot be read, or the folder never
  ///   comes to rest
  SortedMap<String, byte[]> read() throws IOException {
    IOException problem = new IOException(root + " changes all the time");
    SortedMap<String, byte[]> before = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        var now = readOnce();
        if (before != null && same(before, now)) {
          return now;
        }
        before = now;
      } catch (NoSuchFileException e) {
        // A file that was listed and is gone: somebody is changing the folder.
        problem = e;
        before = null;
        if (!Files.isDirectory(root)) {
          break;
        }
      }
    }
    throw problem;
  }

  private SortedMap<String, byte[]> readOnce() throws IOException {
    var contents = new TreeMap<String, byte[]>();
    long bytes = 0;
    for (Path file : files()) {
      var content = Files.readAllBytes(file);
      bytes += content.length;
      if (bytes > MOST_BYTES) {
        throw new IOException(root + " holds more than " + (MOST_BYTES >> 20) + " MiB");
      }
      contents.put(name(file), content);
    }
    return contents;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(root.toString());
    }
    var found = new ArrayList<Path>();
    try (var walk =
        Files.find(
            root,
            DEPTH,
            (path, attributes) -> attributes.isRegularFile() && isVisible(path),
            FileVisitOption.FOLLOW_LINKS)) {
      walk.limit(MOST_FILES + 1L).forEach(found::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (found.size() > MOST_FILES) {
      throw new IOException(root + " holds more than " + MOST_FILES + " files");
    }
    var inside = root.toRealPath();
    for (Path file : found) {
      if (!file.toRealPath().startsWith(inside)) {
        throw new IOException(file + " is a link that leads out of the bundle");
      }
    }
    found.sort(null);
    return found;
  }

  private boolean isVisible(Path file) {
    for (Path part : root.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  private String name(Path file) {
    return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private static boolean same(SortedMap<String, byte[]> one, SortedMap<String, byte[]> two) {
    return one.keySet().equals(two.keySet())
        && one.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), two.get(entry.getKey())));
  }
}
