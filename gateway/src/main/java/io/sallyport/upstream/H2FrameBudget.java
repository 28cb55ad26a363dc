package io.sallyport.upstream;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.TimeUnit;

/// How many frames that make work and carry nothing (PING, SETTINGS, PRIORITY, unknown ones) one
/// backend may send on a connection in a while.
final class H2FrameBudget {
  private static final long WHILE = TimeUnit.SECONDS.toNanos(10);
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
