package io.sallyport.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Joins the small writes between two flushes to one buffer, so that TLS makes one record of them
/// and each costs a copy instead of a place in Netty's queues.
///
/// Stands between a protocol's handler and TLS. While it holds writes back, TLS has none of its own
/// to send whenever something is received; Netty would send those at once, in the middle of a turn.
/// Order is kept; what is [#LARGE] passes by reference. Holds at most one record
/// ([EndOfTurnFlush#MOST_PENDING] bytes), and only until the flush that [EndOfTurnFlush] sees to.
public final class WriteBatch extends ChannelOutboundHandlerAdapter {
  /// Bytes from which on copying costs more than a write of its own.
  private static final int LARGE = 4 * 1024;

  private static final int MOST = EndOfTurnFlush.MOST_PENDING;

  private final List<ChannelPromise> promises = new ArrayList<>(0);
  private @Nullable ByteBuf batch;
  private boolean removed;

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (removed) {
      // Who is told that a write failed may write again, such as a GOAWAY: there is nowhere to go.
      ReferenceCountUtil.release(message);
      if (!promise.isVoid()) {
        promise.tryFailure(new ClosedChannelException());
      }
      return;
    }
    if (!(message instanceof ByteBuf data) || data.readableBytes() >= LARGE) {
      passOn(ctx);
      ctx.write(message, promise);
      return;
    }
    ByteBuf joined = batch;
    if (joined != null && joined.writableBytes() < data.readableBytes()) {
      passOn(ctx);
      joined = null;
    }
    try {
      if (joined == null) {
        joined = ctx.alloc().directBuffer(MOST, MOST);
        batch = joined;
      }
      joined.writeBytes(data);
    } finally {
      data.release();
    }
    if (!promise.isVoid()) {
      promises.add(promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    passOn(ctx);
    ctx.flush();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    flushHeld(ctx);
    ctx.close(promise);
  }

  @Override
  public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
    flushHeld(ctx);
    ctx.disconnect(promise);
  }

  /// Nothing is lost in silence: who waits for a write is told.
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    removed = true;
    ByteBuf left = batch;
    batch = null;
    if (left != null) {
      left.release();
    }
    for (ChannelPromise promise : taken()) {
      promise.tryFailure(new ClosedChannelException());
    }
  }

  private void flushHeld(ChannelHandlerContext ctx) {
    if (batch != null) {
      flush(ctx);
    }
  }

  private void passOn(ChannelHandlerContext ctx) {
    ByteBuf joined = batch;
    if (joined == null) {
      return;
    }
    batch = null;
    if (promises.isEmpty()) {
      ctx.write(joined, ctx.voidPromise());
    } else {
      ctx.write(joined, joined(ctx));
    }
  }

  private ChannelPromise joined(ChannelHandlerContext ctx) {
    if (promises.size() == 1) {
      return promises.removeLast();
    }
    List<ChannelPromise> all = taken();
    ChannelPromise written = ctx.newPromise();
    written.addListener(
        done -> {
          for (ChannelPromise each : all) {
            if (done.isSuccess()) {
              each.trySuccess();
            } else {
              each.tryFailure(done.cause());
            }
          }
        });
    return written;
  }

  private List<ChannelPromise> taken() {
    List<ChannelPromise> all = List.copyOf(promises);
    promises.clear();
    return all;
  }
}
