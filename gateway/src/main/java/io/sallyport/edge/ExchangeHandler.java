package io.sallyport.edge;

import io.sallyport.policy.Reason;

/// Where the listener hands every exchange over: all bytes that reach the public port end in one of
/// these two calls.
public interface ExchangeHandler {

  /// A well-formed head has arrived.
  void accept(Exchange exchange);

  /// A head that must not be understood. It is refused and recorded like any other.
  void refuse(Exchange exchange, Reason reason, String detail);
}
