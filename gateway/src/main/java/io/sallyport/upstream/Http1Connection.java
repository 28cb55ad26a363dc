package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.wire.EndOfTurnFlush;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: the last handler of its pipeline. It carries one stream at a time, and
/// between streams it lies in the pool, still reading, so that its end is noticed at once.
final class Http1Connection extends ChannelInboundHandlerAdapter {
  final Http1Pool pool;
  final Channel channel;
  final AnswerDecoder decoder = new AnswerDecoder(this);
  final EndOfTurnFlush flush;

  /// Whether it has answered a request before.
  boolean reused;

  /// The loop's coarse time when it came to rest.
  long idleSince;

  private @Nullable Http1Stream stream;
  private boolean established;
  private boolean tunnel;
  private boolean closeNotified;
  private boolean failed;
  private String lastError = "closed by the backend";

  Http1Connection(Http1Pool pool, Channel channel) {
    this.pool = pool;
    this.channel = channel;
    this.flush = new EndOfTurnFlush(channel);
  }

  boolean idle() {
    return stream == null;
  }

  void established() {
    established = true;
  }

  void carry(Http1Stream next, boolean headRequest) {
    stream = next;
    decoder.expect(headRequest);
  }

  /// The stream has ended well: both sides said everything.
  void rest() {
    stream = null;
    reused = true;
    if (decoder.leftover() > 0) {
      unasked();
    } else {
      pool.giveBack(this);
    }
  }

  /// Bytes came that nobody asked for.
  void unasked() {
    lastError = "bytes after the end of an answer";
    pool.desynchronised(this);
    var _ = channel.close();
  }

  /// The stream has nothing more to do with this connection, which must not be used again.
  void abandon() {
    stream = null;
    var _ = channel.close();
  }

  /// Whether the end of the connection is the backend's own word (RFC 9112 §9.8): always on
  /// cleartext, where nothing better exists.
  boolean endIsCertain() {
    return pool.destination.tls() == null || closeNotified;
  }

  /// Whether it ended as a connection should.
  boolean endedWell() {
    return !failed && endIsCertain();
  }

  /// Writes; flushed when the turn of the loop ends.
  void write(ByteBuf bytes) {
    write(bytes, channel.voidPromise());
  }

  void write(ByteBuf bytes, ChannelPromise promise) {
    int size = bytes.readableBytes();
    channel.write(bytes, promise);
    flush.written(size);
  }

  /// What comes from now on, and what had come and was not decoded, is nobody's to decode.
  void becomeTunnel() {
    tunnel = true;
    channel.pipeline().remove(decoder);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    Http1Stream current = stream;
    if (current == null || (tunnel && !(msg instanceof ByteBuf))) {
      // In a tunnel: the decoder's end of the head.
      ReferenceCountUtil.release(msg);
      return;
    }
    if (msg instanceof ByteBuf bytes) {
      current.tunnelled(bytes);
      return;
    }
    if (((HttpObject) msg).decoderResult().isFailure()) {
      ReferenceCountUtil.release(msg);
      current.broken(((HttpObject) msg).decoderResult().cause());
    } else if (msg instanceof HttpResponse response) {
      current.answerHead(response);
    } else {
      current.answerBody((HttpContent) msg);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Http1Stream current = stream;
    if (current != null && channel.isWritable()) {
      current.tellWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Http1Stream current = stream;
    stream = null;
    if (established) {
      pool.closed(this);
    }
    if (current != null) {
      current.connectionLost(this, lastError);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent close) {
      closeNotified = close.isSuccess();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lastError = Failures.text(cause);
    failed = true;
    var _ = channel.close();
  }
}
