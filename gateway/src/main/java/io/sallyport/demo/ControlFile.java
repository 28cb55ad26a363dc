package io.sallyport.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;

/// The file by which other commands find the demo that runs: its port and a secret, for its owner's
/// eyes only.
final class ControlFile {
  private static final Pattern CONTENTS = Pattern.compile("([0-9]{1,5}) ([0-9a-f]{64})\n");

  private ControlFile() {}

  static Path in(Path state) {
    return state.resolve("control");
  }

  /// What the file says.
  record Contents(int port, String secret) {

    String authorization() {
      return "Bearer " + secret;
    }

    void write(Path file) throws IOException {
      Files.deleteIfExists(file);
      Files.createFile(file, ownerOnly(file));
      Files.writeString(file, port + " " + secret + "\n", StandardCharsets.US_ASCII);
    }

    /// @throws DemoProblem when no demo has left one here
    static Contents read(Path file) throws DemoProblem {
      try {
        var matcher = CONTENTS.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!matcher.matches()) {
          throw new DemoProblem(file + ": not written by a demo");
        }
        return new Contents(Integer.parseInt(matcher.group(1)), matcher.group(2));
      } catch (NoSuchFileException e) {
        throw new DemoProblem("no demo is running here; start one: ./sallyport demo", e);
      } catch (IOException e) {
        throw new DemoProblem(file + ": cannot be read: " + e, e);
      }
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) throws IOException {
    return Files.getFileStore(file.toAbsolutePath().resolveSibling("."))
            .supportsFileAttributeView("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
