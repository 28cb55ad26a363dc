package io.sallyport.upstream;

import io.sallyport.bundle.Route;

/// The connections of one event loop to one destination. No lock and no hop: everything happens on
/// the loop.
sealed interface Pool permits Http1Pool, H2Pool {

  /// A stream that has not begun.
  UpstreamStream open(Route.Timeouts timeouts, UpstreamReceiver receiver);

  /// Streams that were begun and have not ended.
  int inFlight();

  /// Whether there is no connection and nobody waits for one.
  boolean empty();

  /// Closes connections that came to rest before this time of the loop.
  void closeIdle(long olderThan);

  /// For how long a connection at rest is kept.
  long idleNanos();
}
