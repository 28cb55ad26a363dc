package io.sallyport.spring;

import io.sallyport.policy.Reason;
import java.io.IOException;

/// A request of the Spring lane could not be carried to a backend and back. An [IOException], so
/// that filters treat it as what they know of their own client.
final class CarriageFailed extends IOException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final String detail;

  CarriageFailed(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
    this.detail = detail;
  }

  Reason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }

  /// Nothing is learnt from where it was made.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
