package io.sallyport.scenarios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where a run leaves its report: `index.html` of Gatling, `summary.txt`, and what commands wrote.
///
/// @param path new or empty
record ReportFolder(Path path) {
  /// @throws IllegalArgumentException when there is something in the folder
  static ReportFolder make(Path path) throws IOException {
    Files.createDirectories(path);
    try (var content = Files.list(path)) {
      if (content.findAny().isPresent()) {
        throw new IllegalArgumentException("--out " + path + ": is not empty");
      }
    }
    return new ReportFolder(path.toAbsolutePath().normalize());
  }

  Path commandLog() {
    return path.resolve("commands.out");
  }

  Path index() {
    return path.resolve("index.html");
  }

  /// Gatling makes a folder of its own below; what is in it moves up.
  void settle() throws IOException {
    try (var folders = Files.newDirectoryStream(path, Files::isDirectory)) {
      for (var folder : folders) {
        try (var files = Files.newDirectoryStream(folder)) {
          for (var file : files) {
            Files.move(file, path.resolve(file.getFileName()));
          }
        }
        Files.delete(folder);
      }
    }
  }

  void summarize(List<String> lines) throws IOException {
    Files.write(path.resolve("summary.txt"), lines);
  }
}
