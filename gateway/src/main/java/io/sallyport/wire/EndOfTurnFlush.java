package io.sallyport.wire;

import io.netty.channel.Channel;
import io.netty.channel.SingleThreadEventLoop;

/// Coalesces the writes of one channel: whatever is written in one turn of its event loop is
/// flushed once, when the turn ends, but at the latest every 16 KiB. One system call and one TLS
/// record then carry many small frames, and a large body still flows while it is read.
///
/// One for each channel, used on its event loop only; allocates nothing per write.
public final class EndOfTurnFlush implements Runnable {
  /// A TLS record holds 16 KiB: more does not make a flush cheaper, and only holds memory.
  static final int MOST_PENDING = 16 * 1024;

  private final Channel channel;
  private int pending;
  private boolean scheduled;

  public EndOfTurnFlush(Channel channel) {
    this.channel = channel;
  }

  /// Tells that something was written to the channel, without a flush.
  ///
  /// @param bytes how many, about; none is something too, such as the empty end of a chunked body,
  ///   which is framed further on
  public void written(int bytes) {
    pending += Math.max(bytes, 1);
    if (pending >= MOST_PENDING) {
      pending = 0;
      channel.flush();
    } else if (!scheduled) {
      scheduled = true;
      if (channel.eventLoop() instanceof SingleThreadEventLoop loop) {
        loop.executeAfterEventLoopIteration(this);
      } else {
        channel.eventLoop().execute(this);
      }
    }
  }

  /// Flushes now; nothing is left for the end of the turn.
  public void now() {
    pending = 0;
    channel.flush();
  }

  /// The end of the turn. Called by the event loop.
  @Override
  public void run() {
    scheduled = false;
    if (pending > 0) {
      now();
    }
  }
}
