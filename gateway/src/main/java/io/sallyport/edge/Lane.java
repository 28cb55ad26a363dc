package io.sallyport.edge;

import io.sallyport.bundle.Route;

/// What happens to an exchange that has a permit, for one kind of action.
public interface Lane<A extends Route.Action> {

  /// Takes the exchange over: answers it, or has it fail. Called on the exchange's event loop.
  /// Whatever is thrown here ends the exchange (`internal`).
  void take(PermittedExchange exchange, A action);
}
