package io.sallyport.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.audit.FileAuditLog;

/// Shows how the audit log does: an alert on any of these wakes somebody.
public final class AuditMeters {
  private AuditMeters() {}

  /// Makes the meters; they read the log when they are scraped.
  public static void register(MeterRegistry registry, FileAuditLog audit) {
    FunctionCounter.builder("sallyport.audit.unrecorded", audit, FileAuditLog::unrecorded)
        .description("Requests without a record: refused for want of room, or let pass by setting")
        .register(registry);
    Gauge.builder("sallyport.audit.in.flight", audit, FileAuditLog::inFlight)
        .description("Records whose room is taken and whose line is not written yet")
        .register(registry);
    Gauge.builder("sallyport.audit.healthy", audit, log -> log.healthy() ? 1 : 0)
        .description("1 while the disk takes records")
        .register(registry);
  }
}
