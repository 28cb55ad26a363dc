package io.sallyport.wire;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Coalesces the writes of one channel: whatever is written in one turn of its event loop is
/// flushed once, when the turn ends, but at the latest every 16 KiB. One system call and one TLS
/// record then carry many small frames, and a large body still flows while it is read.
///
/// One for each channel, used on its event loop only; allocates nothing per write.
public final class EndOfTurnFlush {
  /// A TLS record holds 16 KiB: more does not make a flush cheaper, and only holds memory.
  static final int MOST_PENDING = 16 * 1024;

  private final Channel channel;
  private @Nullable Turn turn;
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
      now();
    } else if (!scheduled) {
      scheduled = true;
      turn().flushAtItsEnd(this);
    }
  }

  /// Flushes now; nothing is left for the end of the turn.
  public void now() {
    pending = 0;
    channel.flush();
  }

  private void turnEnds() {
    scheduled = false;
    if (pending > 0) {
      now();
    }
  }

  private Turn turn() {
    Turn own = turn;
    if (own == null) {
      own = Turn.of(channel.eventLoop());
      turn = own;
    }
    return own;
  }

  /// The channels of one event loop that were written to in this turn: one task of the loop for all
  /// of them.
  private static final class Turn implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EndOfTurnFlush.class);
    private static final FastThreadLocal<Turn> OWN = new FastThreadLocal<>();

    private final EventLoop loop;
    private final List<EndOfTurnFlush> written = new ArrayList<>();

    private Turn(EventLoop loop) {
      this.loop = loop;
    }

    /// Called on the loop. A loop for tests has no thread of its own, and no turn that is shared.
    static Turn of(EventLoop loop) {
      Turn known = OWN.get();
      if (known == null || !known.loop.equals(loop)) {
        known = new Turn(loop);
        OWN.set(known);
      }
      return known;
    }

    void flushAtItsEnd(EndOfTurnFlush channel) {
      written.add(channel);
      if (written.size() > 1) {
        return;
      }
      if (loop instanceof SingleThreadEventLoop single) {
        single.executeAfterEventLoopIteration(this);
      } else {
        loop.execute(this);
      }
    }

    /// A flush may end an answer, and the next request's begin in the same turn: the list may grow
    /// while it is walked. A channel that throws is closed; the others of the loop must not wait
    /// for it, in this turn or any later one.
    @Override
    public void run() {
      for (int i = 0; i < written.size(); i++) {
        EndOfTurnFlush each = written.get(i);
        try {
          each.turnEnds();
        } catch (RuntimeException e) {
          LOG.error("a channel could not be flushed and is closed", e);
          each.channel.close();
        }
      }
      written.clear();
    }
  }
}
