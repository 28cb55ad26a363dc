package io.sallyport.upstream;

import io.sallyport.bundle.Route;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop to one destination. No lock and no hop: everything happens on
/// the loop.
sealed interface Pool permits Http1Pool, H2Pool {

  /// A stream that has not begun.
  ///
  /// @param webSocket null: the answer 101 is not expected
  UpstreamStream open(
      Route.Timeouts timeouts, Route.@Nullable Stream webSocket, UpstreamReceiver receiver);

  /// Streams that were begun and have not ended.
  int inFlight();

  /// Whether there is no connection and nobody waits for one.
  boolean empty();

  /// Closes connections that came to rest before this time of the loop.
  void closeIdle(long olderThan);

  /// For how long a connection at rest is kept.
  long idleNanos();
}
