package io.sallyport.loadtest.generator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's connection on which exchanges are asked and heard. Requests of one turn of the event
/// loop are gathered in one buffer and leave in one write; answers are read no further than their
/// status and their end.
abstract sealed class Connection extends ByteToMessageDecoder
    permits Http1Connection, Http2Connection {
  private static final int GATHERED = 4096;

  final Work work;
  private final Protocol protocol;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf out;
  private boolean open;
  private boolean broken;
  private boolean ended;
  private String why = "closed by the server";

  Connection(Work work, Protocol protocol) {
    this.work = work;
    this.protocol = protocol;
  }

  /// Whether an exchange may be asked now.
  abstract boolean hasRoom();

  /// Puts an exchange into the buffer of this turn. Only when there is room.
  abstract void ask(Exchange exchange);

  /// Gives an exchange up; its answer will not be heard. May close the connection.
  abstract void abandon(Exchange exchange);

  /// TLS is up: the first bytes of the protocol, if any.
  abstract void greet();

  /// Reads as much as there is.
  abstract void read(ByteBuf in) throws ProtocolProblem;

  /// The connection is gone: every exchange on it is to be told.
  abstract void end();

  /// An answer that no client of this kind can go on after.
  static final class ProtocolProblem extends Exception {
    private static final long serialVersionUID = 1L;

    ProtocolProblem(String message) {
      super(message);
    }
  }

  final boolean isOpen() {
    return open && !broken && !ended;
  }

  /// Sends what was gathered.
  final void flush() {
    ByteBuf gathered = out;
    ChannelHandlerContext at = context;
    if (gathered != null && at != null) {
      out = null;
      at.writeAndFlush(gathered, at.voidPromise());
    }
  }

  /// Ends the connection with TLS's close_notify. [Work#closed] follows.
  final void close(String because) {
    why = because;
    ChannelHandlerContext at = context;
    if (at != null) {
      at.close();
    }
  }

  /// The buffer of this turn.
  final ByteBuf out() {
    ByteBuf buffer = out;
    ChannelHandlerContext at = context;
    if (at == null) {
      throw new IllegalStateException("not connected");
    }
    if (buffer == null) {
      buffer = at.alloc().directBuffer(GATHERED);
      out = buffer;
    }
    return buffer;
  }

  /// To be called once, when exchanges may be asked.
  final void ready() {
    if (!open) {
      open = true;
      work.opened(this);
    }
  }

  /// It could not even be connected.
  final void neverConnected(Throwable cause) {
    why = String.valueOf(cause.getMessage());
    ended();
  }

  private void ended() {
    if (!ended) {
      ended = true;
      end();
      ByteBuf unsent = out;
      if (unsent != null) {
        out = null;
        unsent.release();
      }
      work.closed(this, why);
    }
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public final void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      String agreed = ctx.pipeline().get(SslHandler.class).applicationProtocol();
      // A server that knows no ALPN speaks HTTP/1.1.
      if (protocol.alpn().equals(agreed == null ? Protocol.H1.alpn() : agreed)) {
        greet();
        turn();
      } else {
        close("agreed on " + agreed + ", not on " + protocol.alpn());
      }
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> none) {
    try {
      if (!broken) {
        read(in);
      }
    } catch (ProtocolProblem problem) {
      broken = true;
      close(String.valueOf(problem.getMessage()));
    }
    if (broken) {
      // Nothing of what follows a broken answer may pass for one; the decoder asks again at the
      // end.
      in.skipBytes(in.readableBytes());
    }
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    super.channelReadComplete(ctx);
    turn();
  }

  private void turn() {
    if (isOpen()) {
      work.turn(this);
    }
    flush();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) throws Exception {
    try {
      super.channelInactive(ctx);
    } finally {
      ended();
    }
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    broken = true;
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    close(String.valueOf(root.getMessage()));
  }
}
