package io.sallyport.edge;

import io.sallyport.admission.Permit;
import io.sallyport.bundle.Upstream;
import io.sallyport.policy.Reason;

/// An exchange that was admitted, as a [Lane] sees it: what it does is counted and recorded, and
/// the answer's head gets the fields that every admitted answer carries. Once it is over, calls do
/// nothing.
public interface PermittedExchange extends Exchange {

  Permit permit();

  /// Names this decision everywhere.
  String decisionId();

  /// For the record: which trace the request belongs to.
  void tracedAs(String traceId);

  /// For the record: where the request is being carried now. Each call after the first is a retry.
  void triedAt(Upstream.Endpoint endpoint);

  /// For the record: a backend has begun to answer.
  void backendAnswered();

  /// No good answer can be had: refuses while none has begun, else cuts the exchange off. Never
  /// lets a shortened answer look whole. The lane's receiver hears `aborted` first, whoever calls
  /// this.
  void fail(Reason reason, String detail);
}
