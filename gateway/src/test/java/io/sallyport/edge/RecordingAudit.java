package io.sallyport.edge;

import io.sallyport.audit.AuditLog;
import io.sallyport.audit.AuditRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An audit log that a test reads.
final class RecordingAudit implements AuditLog {
  final List<AuditRecord> records = new ArrayList<>();
  Reservation answers = Reservation.RESERVED;
  boolean reserveThrows;
  boolean appendThrows;

  @Override
  public Reservation reserve() {
    if (reserveThrows) {
      throw new IllegalStateException("reserve");
    }
    return answers;
  }

  @Override
  public void append(Reservation reservation, AuditRecord record) {
    records.add(record);
    if (appendThrows) {
      throw new IllegalStateException("append");
    }
  }

  @Override
  public void event(String kind, Map<String, Object> fields) {}

  AuditRecord only() {
    if (records.size() != 1) {
      throw new AssertionError("records: " + records);
    }
    return records.getFirst();
  }
}
