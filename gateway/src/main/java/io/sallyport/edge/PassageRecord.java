package io.sallyport.edge;

import io.sallyport.admission.Considered;
import io.sallyport.admission.Inbound;
import io.sallyport.admission.Permit;
import io.sallyport.audit.AuditLog;
import io.sallyport.audit.AuditLog.Reservation;
import io.sallyport.audit.AuditRecord;
import io.sallyport.audit.AuditRecord.Ending;
import io.sallyport.bundle.Route;
import io.sallyport.bundle.Upstream;
import io.sallyport.limits.Allowance;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Reason;
import io.sallyport.routing.RequestTarget;
import io.sallyport.telemetry.RequestMeters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is noted of one exchange while it passes, and written at its end.
final class PassageRecord {
  private static final Logger LOG = LoggerFactory.getLogger(PassageRecord.class);

  final String decisionId;
  final long startedNanos = System.nanoTime();

  Reservation reservation = Reservation.REFUSED;
  String bundle = "";
  Considered considered = Considered.NOTHING;
  @Nullable Permit permit;
  int status;
  long bytesIn;
  long bytesOut;

  /// 0 until it happened.
  long admittedNanos;

  /// 0 until it happened.
  long backendAnsweredNanos;

  String traceId = "";

  private @Nullable Reason reason;
  private String detail = "";
  private Upstream.@Nullable Endpoint endpoint;
  private int tries;

  PassageRecord(String decisionId) {
    this.decisionId = decisionId;
  }

  void refused(Reason reason, String detail) {
    this.reason = reason;
    this.detail = detail;
  }

  void triedAt(Upstream.Endpoint endpoint) {
    this.endpoint = endpoint;
    tries++;
  }

  /// Hands the record over and counts it. Neither failing log nor failing meters go further than
  /// this.
  void write(Exchange exchange, Ending ending, AuditLog audit, RequestMeters meters) {
    long now = System.nanoTime();
    long admission = (admittedNanos == 0 ? now : admittedNanos) - startedNanos;
    long upstream = backendAnsweredNanos == 0 ? 0 : backendAnsweredNanos - admittedNanos;
    long total = now - startedNanos;
    try {
      switch (reservation) {
        case RESERVED, UNRECORDED ->
            audit.append(reservation, asAudited(exchange, ending, admission, upstream, total));
        case REFUSED -> {}
      }
    } catch (RuntimeException e) {
      LOG.error("decision {}: the audit log broke", decisionId, e);
    }
    try {
      Route route = considered.route();
      meters.finished(
          route == null ? null : route.id(), reason, status, admission, upstream, total);
      if (!considered.shadows().isEmpty()) {
        boolean allowed = considered.decision() instanceof Decision.Allowed;
        meters.decidedBeside(allowed, considered.shadows());
      }
    } catch (RuntimeException e) {
      LOG.error("decision {}: the meters broke", decisionId, e);
    }
  }

  private AuditRecord asAudited(
      Exchange exchange, Ending ending, long admission, long upstream, long total) {
    Inbound inbound = exchange.inbound();
    RequestTarget target = considered.target();
    String authority = inbound.authority();
    return new AuditRecord(
        inbound.time().toEpochMilli(),
        decisionId,
        bundle,
        considered.route(),
        considered.rule(),
        reason,
        detail,
        considered.caller(),
        inbound.source(),
        exchange.protocol(),
        inbound.method(),
        inbound.asksForWebSocket(),
        target != null ? target.host() : authority == null ? "" : authority,
        target != null ? target.pathAndQuery() : inbound.target(),
        considered.inputs(),
        considered.shadows(),
        considered.outcomes(),
        status,
        bytesIn,
        bytesOut,
        endpoint == null ? "" : endpoint.zone(),
        endpoint == null ? "" : endpoint.address(),
        Math.max(0, tries - 1),
        ending,
        admission / 1000,
        upstream / 1000,
        total / 1000,
        degraded(),
        traceId);
  }

  private String degraded() {
    if (permit == null || !permit.allowance().degraded()) {
      return "";
    }
    Allowance.Quota quota = permit.allowance().quota();
    return quota == null ? "limits" : quota.limit().id();
  }
}
