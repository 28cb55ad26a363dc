package io.sallyport.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An audit log in a file: bounded room for records on their way, and one thread that numbers and
/// writes them.
///
/// Room is taken when a request arrives and given back when its line is with the operating system,
/// so a request that was let in can always be recorded. While the disk fails nothing new gets room;
/// what was taken in is kept and written when the disk is back. A file that was moved away
/// (logrotate) is followed by a new one within a second. Numbering goes on where the file ended.
///
/// Callers never block and may be event loops. A line is durable against a crash of this process,
/// not of the machine.
public final class FileAuditLog implements AuditLog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileAuditLog.class);
  private static final int BATCH_BYTES = 64 * 1024;
  private static final long PAUSE_NANOS = 5_000_000;
  private static final long RETRY_NANOS = 250_000_000;
  private static final long LOOK_FOR_MOVED_FILE_NANOS = 1_000_000_000;

  /// What happens to a request for whose record there is no room.
  public enum WhenFull {
    REFUSE,
    DROP
  }

  private sealed interface Item {
    record Request(AuditRecord record) implements Item {}

    record Event(long timeMillis, String kind, Map<String, Object> fields) implements Item {}
  }

  private final Path path;
  private final AuditFile file;
  private final WhenFull whenFull;
  private final int capacity;
  private final AtomicInteger room;
  private final AtomicLong unrecorded = new AtomicLong();
  private final Queue<Item> queue = new ConcurrentLinkedQueue<>();
  private final Thread writer;

  private volatile boolean resting;
  private volatile boolean closing;
  private volatile boolean failing;

  // The writer's own.
  private final AuditLine line = new AuditLine();
  private JsonText lines = new JsonText(BATCH_BYTES);

  /// Of the lines, what the disk has taken already; more than none only while it fails.
  private int taken;

  private int pendingRecords;
  private long seq;
  private long lastLook = System.nanoTime();

  /// Opens the file, or creates it readable by its owner and group only.
  ///
  /// @param capacity how many requests may be on their way at a time
  /// @throws UncheckedIOException when the file cannot be opened
  public FileAuditLog(Path path, int capacity, WhenFull whenFull) {
    if (capacity < 1) {
      throw new IllegalArgumentException("audit.queue: at least 1, not " + capacity);
    }
    this.path = Objects.requireNonNull(path, "path").toAbsolutePath();
    this.file = new AuditFile(this.path);
    this.capacity = capacity;
    this.whenFull = whenFull;
    this.room = new AtomicInteger(capacity);
    try {
      this.seq = file.open();
    } catch (IOException e) {
      throw new UncheckedIOException("audit.file: cannot open " + path, e);
    }
    this.writer = Thread.ofPlatform().name("audit-writer").daemon().start(this::writeUntilClosed);
  }

  @Override
  public Reservation reserve() {
    if (!failing && !closing) {
      if (room.getAndDecrement() > 0) {
        return Reservation.RESERVED;
      }
      room.getAndIncrement();
    }
    return switch (whenFull) {
      case REFUSE -> {
        unrecorded.incrementAndGet();
        yield Reservation.REFUSED;
      }
      case DROP -> Reservation.UNRECORDED;
    };
  }

  @Override
  public void append(Reservation reservation, AuditRecord record) {
    switch (reservation) {
      case RESERVED -> offer(new Item.Request(record));
      case UNRECORDED -> unrecorded.incrementAndGet();
      case REFUSED -> {} // Counted when it was refused.
    }
  }

  @Override
  public void event(String kind, Map<String, Object> fields) {
    offer(new Item.Event(System.currentTimeMillis(), kind, Map.copyOf(fields)));
  }

  /// How many requests went unrecorded since the start: refused for want of room, or let pass
  /// without.
  public long unrecorded() {
    return unrecorded.get();
  }

  /// How many records are on their way now.
  public int inFlight() {
    return capacity - room.get();
  }

  /// Whether the disk takes records.
  public boolean healthy() {
    return !failing;
  }

  /// Writes what is on its way (waits up to five seconds for the disk) and closes the file.
  /// Idempotent.
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void offer(Item item) {
    queue.add(item);
    // The writer looks by itself every few milliseconds while there is work; waking it costs a
    // system call.
    if (resting) {
      resting = false;
      LockSupport.unpark(writer);
    }
  }

  /// A writer that ends before its time, by whatever error, is a disk that fails for good: it is
  /// said, and seen.
  private void writeUntilClosed() {
    try {
      write();
    } finally {
      if (!closing) {
        failing = true;
        LOG.error("audit: the writer has ended; from now on requests are {}", consequence());
      }
    }
  }

  private void write() {
    int idleTurns = 0;
    while (true) {
      boolean last = closing;
      if (drain()) {
        idleTurns = 0;
      } else if (last) {
        break;
      } else if (++idleTurns > 20) {
        rest();
        idleTurns = 0;
      }
      if (failing && last) {
        LOG.error("audit: {} records could not be written to {}", inFlight(), path);
        break;
      }
      LockSupport.parkNanos(this, failing ? RETRY_NANOS : PAUSE_NANOS);
      followMovedFile();
    }
    file.close();
  }

  private void rest() {
    resting = true;
    if (queue.isEmpty() && !closing) {
      LockSupport.parkNanos(this, LOOK_FOR_MOVED_FILE_NANOS);
    }
    resting = false;
  }

  /// Writes everything that waits. Answers whether there was anything.
  private boolean drain() {
    boolean any = lines.length() > 0;
    if (any && !flush()) {
      return true;
    }
    Item item;
    while ((item = queue.poll()) != null) {
      any = true;
      encode(item);
      if (lines.length() - taken >= BATCH_BYTES && !flush()) {
        return true;
      }
    }
    flush();
    return any;
  }

  private void encode(Item item) {
    seq++;
    int start = lines.length();
    try {
      switch (item) {
        case Item.Request(AuditRecord record) -> line.write(lines, seq, record);
        case Item.Event(long time, String kind, var fields) ->
            line.write(lines, seq, time, kind, fields);
      }
    } catch (RuntimeException e) {
      // A record that cannot be told in full is still told: its number must not be missing.
      LOG.error("audit: record {} could not be encoded", seq, e);
      lines.cutTo(start);
      line.write(
          lines, seq, System.currentTimeMillis(), "unreadable", Map.of("error", e.toString()));
    }
    lines.newLine();
    if (item instanceof Item.Request) {
      pendingRecords++;
    }
  }

  /// Writes the pending lines. What the disk did not take stays pending, from the very byte where
  /// it stopped.
  private boolean flush() {
    // While the disk fails nothing new comes in, so that nothing may wait: it is tried all the
    // same.
    if (lines.length() == 0 && !failing) {
      return true;
    }
    ByteBuffer pending = ByteBuffer.wrap(lines.bytes(), taken, lines.length() - taken);
    try {
      file.append(pending);
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.error("audit: {} cannot be written; requests are {}", path, consequence(), e);
      }
      failing = true;
      taken = pending.position();
      file.close();
      return false;
    }
    taken = 0;
    if (lines.bytes().length > 4 * BATCH_BYTES) {
      lines = new JsonText(BATCH_BYTES);
    } else {
      lines.cutTo(0);
    }
    room.getAndAdd(pendingRecords);
    pendingRecords = 0;
    if (failing) {
      LOG.warn("audit: {} can be written again", path);
      failing = false;
    }
    return true;
  }

  private String consequence() {
    return switch (whenFull) {
      case REFUSE -> "refused (audit-unavailable)";
      case DROP -> "let pass unrecorded";
    };
  }

  private void followMovedFile() {
    long now = System.nanoTime();
    if (now - lastLook < LOOK_FOR_MOVED_FILE_NANOS) {
      return;
    }
    lastLook = now;
    try {
      file.followMoved();
    } catch (IOException e) {
      LOG.error("audit: {} was moved and cannot be opened again", path, e);
      failing = true;
      file.close();
    }
  }
}
