package io.sallyport.listener;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.time.Duration;

/// How many frames that make work and carry nothing (PING, SETTINGS, PRIORITY, unknown ones), and
/// how many streams broken by its own frames ("MadeYouReset"), one client may send in a while.
final class FrameBudget {
  private static final long WHILE = Duration.ofSeconds(10).toNanos();
  private static final int MOST = 500;

  private long begun;
  private int count;

  /// Counts one.
  ///
  /// @throws Http2Exception of the connection, when it is one too many
  void spend(long now) throws Http2Exception {
    if (now - begun > WHILE) {
      begun = now;
      count = 0;
    }
    if (++count > MOST) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "too many frames that carry nothing");
    }
  }
}
