package io.sallyport.edge;

/// What happens to an exchange that has a permit.
public interface Lane {

  /// Takes the exchange over: answers it, or has it fail. Called on the exchange's event loop.
  /// Whatever is thrown here ends the exchange (`internal`).
  void take(PermittedExchange exchange);
}
