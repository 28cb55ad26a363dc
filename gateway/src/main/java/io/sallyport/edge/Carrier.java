package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.bundle.Route;

/// The way to a backend and back, for a lane that lets others change what goes there. Used on the
/// exchange's event loop.
public interface Carrier {

  /// Path and query that the exchange's route asks a backend for.
  String target(PermittedExchange exchange, Route.Forward forward);

  /// Carries an admitted exchange to a backend of its route's upstream: zones, health, retries and
  /// records are those of the express lane, and the exchange hears the answer. What only the
  /// gateway may say is dropped from the request's fields before, whoever wrote it.
  ///
  /// @param target path and query that the backend is asked for, known to be unambiguous
  void carry(PermittedExchange exchange, String target);

  /// Sends the head of an answer whose fields others may have changed.
  void answer(PermittedExchange exchange, int status, HttpHeaders headers, boolean end);
}
