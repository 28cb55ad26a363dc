package io.sallyport.bundle;

import io.sallyport.bundle.source.Findings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a bundle as they were read at one time.
///
/// A bundle is `routes/*.yaml`, `policies/*.yaml`, `data/*.yaml`, `tests/*.yaml` and `keys/*`.
/// Names that start with a dot are skipped: Kubernetes swaps `..data` there.
///
/// @param files contents by path relative to the bundle, with slashes
public record BundleFiles(SortedMap<String, byte[]> files) {
  /// A larger file is a problem.
  public static final int MAX_FILE_BYTES = 1 << 20;

  /// More files are a problem.
  public static final int MAX_FILES = 1000;

  /// More bytes in all files are a problem.
  public static final long MAX_TOTAL_BYTES = 64L << 20;

  private static final List<String> FOLDERS =
      List.of("data", "keys", "policies", "routes", "tests");
  private static final Pattern BELONGS =
      Pattern.compile("(routes|policies|data|tests)/[^./][^/]*\\.yaml|keys/[^./][^/]*");

  public BundleFiles {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /// Reads a folder. What cannot be read, lies outside or is too large is a problem in `findings`;
  /// what does not belong there is a warning.
  public static BundleFiles read(Path folder, Findings findings) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      findings.problem("", "there is no folder '" + folder + "'");
      return new BundleFiles(files);
    }
    try {
      Reading reading = new Reading(folder.toRealPath(), files, findings);
      for (Path entry : list(folder)) {
        String name = nameOf(entry);
        if (FOLDERS.contains(name) && Files.isDirectory(entry)) {
          reading.folder(entry, name);
        } else {
          stray(name, findings);
        }
      }
    } catch (IOException e) {
      findings.problem("", "the bundle cannot be read: " + e);
    }
    return new BundleFiles(files);
  }

  /// Files that are in memory already, held against the same bounds.
  static BundleFiles of(Map<String, byte[]> contents, Findings findings) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    long total = 0;
    for (Map.Entry<String, byte[]> entry : new TreeMap<>(contents).entrySet()) {
      total += entry.getValue().length;
      if (!BELONGS.matcher(entry.getKey()).matches()) {
        stray(entry.getKey(), findings);
      } else if (withinBounds(
          entry.getKey(), entry.getValue().length, files.size(), total, findings)) {
        files.put(entry.getKey(), entry.getValue());
      }
    }
    return new BundleFiles(files);
  }

  /// Whether a file of this path belongs to a bundle; others are ignored where they lie.
  public static boolean belongs(String path) {
    return BELONGS.matcher(path).matches();
  }

  /// The bundle's id: the SHA-256, in hex, over each file's path, a zero byte, its SHA-256 in hex
  /// and a line feed, sorted by path.
  public String id() {
    MessageDigest digest = sha256();
    files.forEach(
        (path, content) ->
            digest.update((path + '\0' + hash(content) + '\n').getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  /// The SHA-256, 64 hex digits.
  public static String hash(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(entry -> !nameOf(entry).startsWith(".")).sorted().toList();
    }
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static void stray(String path, Findings findings) {
    findings.warning(
        path,
        "does not belong to the bundle and is ignored; a bundle is routes/*.yaml, policies/*.yaml,"
            + " data/*.yaml, tests/*.yaml and keys/*");
  }

  private static boolean withinBounds(
      String path, long bytes, int filesBefore, long total, Findings findings) {
    if (bytes > MAX_FILE_BYTES) {
      findings.problem(path, "larger than 1MiB");
    } else if (filesBefore == MAX_FILES) {
      findings.problem("", "the bundle has more than " + MAX_FILES + " files");
    } else if (total > MAX_TOTAL_BYTES) {
      findings.problem("", "the bundle is larger than 64MiB");
    } else {
      return true;
    }
    return false;
  }

  /// One walk through a folder.
  private static final class Reading {
    private final Path root;
    private final SortedMap<String, byte[]> files;
    private final Findings findings;
    private long total;

    Reading(Path root, SortedMap<String, byte[]> files, Findings findings) {
      this.root = root;
      this.files = files;
      this.findings = findings;
    }

    void folder(Path folder, String name) throws IOException {
      for (Path entry : list(folder)) {
        String path = name + '/' + nameOf(entry);
        if (BELONGS.matcher(path).matches() && !Files.exists(entry)) {
          findings.problem(path, "a link that leads nowhere");
        } else if (!BELONGS.matcher(path).matches() || !Files.isRegularFile(entry)) {
          stray(path, findings);
        } else {
          file(entry, path);
        }
      }
    }

    private void file(Path entry, String path) {
      try {
        if (!entry.toRealPath().startsWith(root)) {
          findings.problem(path, "a link that leads out of the bundle");
          return;
        }
        // The size is asked first, so that a huge file is never read.
        long size = Files.size(entry);
        total += size;
        if (withinBounds(path, size, files.size(), total, findings)) {
          files.put(path, Files.readAllBytes(entry));
        }
      } catch (IOException e) {
        findings.problem(path, "cannot be read: " + e);
      }
    }
  }
}
