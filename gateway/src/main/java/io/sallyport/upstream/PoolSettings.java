package io.sallyport.upstream;

import java.time.Duration;

/// How many connections one event loop may have to one endpoint.
///
/// @param open connections, busy, idle and being opened together
/// @param idle connections kept for the next request
/// @param idleFor how long one is kept; shorter than the keep-alive of common servers (5 s), so
///   that we close before they do
/// @param waiting requests that may wait for a connection when `open` are busy
record PoolSettings(int open, int idle, Duration idleFor, int waiting) {
  static final PoolSettings DEFAULT = new PoolSettings(1024, 256, Duration.ofSeconds(4), 256);

  PoolSettings {
    if (open < 1) {
      throw new IllegalArgumentException("open: at least 1");
    }
    if (idle < 0 || waiting < 0 || idleFor.isNegative()) {
      throw new IllegalArgumentException("idle, waiting, idleFor: not negative");
    }
  }
}
