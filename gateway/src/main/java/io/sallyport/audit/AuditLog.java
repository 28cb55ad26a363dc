package io.sallyport.audit;

import java.util.Map;

/// Where audit records go. Never blocks: safe on an event loop.
public interface AuditLog {

  /// Asks for room before a request is looked at, so that nothing is done that cannot be recorded.
  Reservation reserve();

  /// Hands a record over. To be called exactly once for each [Reservation#RESERVED] and each
  /// [Reservation#UNRECORDED] (which is counted and not written).
  void append(Reservation reservation, AuditRecord record);

  /// Records what an operator or the gateway itself did: a bundle loaded or refused, a drain.
  void event(String kind, Map<String, Object> fields);

  enum Reservation {
    /// There is room for this record.
    RESERVED,
    /// There is none, and the setting says to go on without (`audit.when-full: drop`).
    UNRECORDED,
    /// There is none: the request is refused (`audit-unavailable`).
    REFUSED
  }
}
