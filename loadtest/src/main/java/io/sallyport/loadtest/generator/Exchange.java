package io.sallyport.loadtest.generator;

import org.jspecify.annotations.Nullable;

/// One request and what is awaited for it. Made once and used again: an open loop has few of them
/// at a time.
final class Exchange {
  /// When it was to be sent, on the clock of [System#nanoTime].
  long due;

  /// Whether it counts: requests of the warm-up do not.
  boolean counted = true;

  /// Whether it has been counted, as an answer or as an error.
  boolean settled;

  /// Its own credential, or none.
  byte @Nullable [] token;

  /// Where it was sent; none while it waits for a connection.
  @Nullable Connection connection;

  /// Of an HTTP/2 answer: the final status, 0 until it is known.
  int status;

  void reuse(long dueAt, boolean counts) {
    due = dueAt;
    counted = counts;
    settled = false;
    connection = null;
    status = 0;
  }
}
