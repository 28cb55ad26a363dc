package io.sallyport.testing;

import io.sallyport.audit.AuditLog;
import io.sallyport.audit.AuditRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// An audit log that a test reads. Safe for use by several threads.
public final class AuditInMemory implements AuditLog {
  private static final long PATIENCE_MS = 5_000;

  private final List<AuditRecord> records = new ArrayList<>();
  private int reserved;
  private boolean full;

  /// Has no room for anything from now on.
  public synchronized void fill() {
    full = true;
  }

  @Override
  public synchronized Reservation reserve() {
    if (full) {
      return Reservation.REFUSED;
    }
    reserved++;
    return Reservation.RESERVED;
  }

  @Override
  public synchronized void append(Reservation reservation, AuditRecord record) {
    records.add(record);
    notifyAll();
  }

  @Override
  public void event(String kind, Map<String, Object> fields) {}

  /// Everything that was recorded so far.
  public synchronized List<AuditRecord> records() {
    return List.copyOf(records);
  }

  /// Exchanges that were begun and not recorded yet.
  public synchronized int open() {
    return reserved - records.size();
  }

  public AuditRecord record(String decisionId) {
    return first(record -> record.decisionId().equals(decisionId));
  }

  /// The first record that fits, waited for at most five seconds.
  public synchronized AuditRecord first(Predicate<AuditRecord> wanted) {
    long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
    while (true) {
      for (AuditRecord record : records) {
        if (wanted.test(record)) {
          return record;
        }
      }
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("no such record among " + records);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }
}
