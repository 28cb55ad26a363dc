package io.sallyport.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that audit lines are appended to. Created readable by its owner and group only; when it
/// was moved away (logrotate), or could not be written, it is opened anew. Used by one thread.
final class AuditFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
  private static final Pattern SEQ = Pattern.compile("^\\{\"v\":1,\"seq\":(\\d+),");

  /// Longer than any line: the last whole one is in it.
  private static final int TAIL_BYTES = 256 * 1024;

  private final Path path;
  private @Nullable FileChannel channel;
  private @Nullable Object fileKey;

  AuditFile(Path path) {
    this.path = path;
  }

  /// Opens the file for appending; a line that a crash tore is ended, so that the next one stands
  /// by itself.
  ///
  /// @return the number of its last whole line; 0 when it has none
  long open() throws IOException {
    close();
    if (!Files.exists(path)) {
      Path folder = path.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    }
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel = file;
    fileKey = key();
    long last = lastNumber(file);
    file.position(file.size());
    return last;
  }

  /// Appends what the buffer holds; after a failure its position says how much the disk took.
  void append(ByteBuffer lines) throws IOException {
    if (channel == null) {
      reopen();
    }
    FileChannel file = Objects.requireNonNull(channel, "channel");
    while (lines.hasRemaining()) {
      file.write(lines);
    }
  }

  /// Opens a new file at the path when the one that is open is not there any more.
  void followMoved() throws IOException {
    if (channel != null && !Objects.equals(Files.exists(path) ? key() : null, fileKey)) {
      open();
    }
  }

  /// Makes what was written durable and closes. Idempotent; the next append opens it again.
  @Override
  public void close() {
    FileChannel file = channel;
    channel = null;
    if (file != null) {
      try (file) {
        file.force(false);
      } catch (IOException e) {
        LOG.error("audit: {} could not be closed", path, e);
      }
    }
  }

  /// After a failure in mid-line the rest of that line comes next: nothing may be put between.
  private void reopen() throws IOException {
    if (Files.exists(path)) {
      FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
      file.position(file.size());
      channel = file;
      fileKey = key();
    } else {
      open();
    }
  }

  private @Nullable Object key() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private static long lastNumber(FileChannel file) throws IOException {
    int tail = (int) Math.min(file.size(), TAIL_BYTES);
    ByteBuffer bytes = ByteBuffer.allocate(tail);
    long start = file.size() - tail;
    while (bytes.hasRemaining() && file.read(bytes, start + bytes.position()) >= 0) {}
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    if (!text.isEmpty() && !text.endsWith("\n")) {
      file.write(ByteBuffer.wrap(new byte[] {'\n'}), file.size());
    }
    long highest = 0;
    for (String line : text.split("\n")) {
      Matcher matcher = SEQ.matcher(line);
      if (matcher.find()) {
        highest = Math.max(highest, Long.parseLong(matcher.group(1)));
      }
    }
    return highest;
  }
}
