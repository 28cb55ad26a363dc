package io.sallyport.snapshot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// The bundle that served last, on disk: one zip file in a folder, replaced atomically, so that a
/// crash in mid-write leaves the one before.
final class LastGood {
  private static final String NAME = "bundle.zip";

  private final Path folder;

  LastGood(Path folder) {
    this.folder = folder;
  }

  void write(Map<String, byte[]> files) throws IOException {
    Files.createDirectories(folder);
    var fresh = Files.createTempFile(folder, "." + NAME, ".new");
    try {
      try (OutputStream out = Files.newOutputStream(fresh);
          var zip = new ZipOutputStream(out)) {
        for (var file : files.entrySet()) {
          zip.putNextEntry(new ZipEntry(file.getKey()));
          zip.write(file.getValue());
          zip.closeEntry();
        }
      }
      Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /// The files that were written last; empty when there are none.
  SortedMap<String, byte[]> read() throws IOException {
    var files = new TreeMap<String, byte[]>();
    var stored = folder.resolve(NAME);
    if (!Files.exists(stored)) {
      return files;
    }
    try (var zip = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(stored)))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }
}
