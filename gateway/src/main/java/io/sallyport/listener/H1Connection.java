package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.policy.Reason;
import io.sallyport.wire.EndOfTurnFlush;
import io.sallyport.wire.WriteBatch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: its requests one after the other. The next one is decoded when the
/// answer to this one was handed to the socket, so that pipelining needs no queue.
///
/// Reading stops (and the client feels it) while bytes wait that may not be decoded yet, or while
/// more of a body is unconsumed than its window. In the common case nothing is ever switched off:
/// no `epoll_ctl` per request.
final class H1Connection extends ChannelInboundHandlerAdapter implements LoopWatch.Watched {
  /// Of a body, received and not consumed, before reading stops.
  static final int WINDOW = 64 * 1024;

  /// How long a connection is kept to read what a client still sends after its last answer, so that
  /// closing does not destroy the answer on its way (RFC 9112 §9.6).
  private static final long LINGER = Duration.ofSeconds(2).toNanos();

  /// How long a connection that is to end waits for the request that may be on its way: closed at
  /// once, it would lose a request whose client cannot know whether it was done (RFC 9112 §9.5).
  private static final long LAST_REQUEST = Duration.ofSeconds(1).toNanos();

  final ClientSocket socket;
  final EndOfTurnFlush flush;
  private final H1Decoder decoder;
  private final long headerTime;
  private final long idleTime;
  private @Nullable ChannelHandlerContext context;
  private @Nullable H1Exchange exchange;
  private Life life = Life.BEFORE_FIRST;
  private boolean tunnel;
  private long since;
  private long headSince;

  private enum Life {
    BEFORE_FIRST,
    SERVING,
    DRAINING,
    LINGERING
  }

  private H1Connection(ClientSocket socket, H1Decoder decoder) {
    this.socket = socket;
    this.decoder = decoder;
    this.flush = new EndOfTurnFlush(socket.channel);
    var bounds = socket.front.settings.bounds();
    this.headerTime = bounds.header().toNanos();
    this.idleTime = bounds.idle().toNanos();
    this.since = socket.watch.now();
  }

  static void configure(ChannelPipeline pipeline, ClientSocket socket) {
    var decoder = new H1Decoder(socket.front.settings.bounds());
    pipeline.addLast("batch", new WriteBatch());
    pipeline.addLast("h1-decoder", decoder);
    pipeline.addLast("h1", new H1Connection(socket, decoder));
  }

  ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    socket.watch.add(this);
    if (socket.front.draining) {
      drain();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (life == Life.LINGERING || !ctx.channel().isActive()) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      begin(request);
    } else if (message instanceof HttpContent content && exchange != null) {
      exchange.content(content);
      stopWhenFull();
    } else if (message instanceof ByteBuf bytes && exchange != null) {
      exchange.tunnelled(bytes);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  /// What comes from now on, and what had come and was not decoded, is nobody's to decode.
  void becomeTunnel() {
    if (exchange != null && context().pipeline().get(H1Decoder.class) != null) {
      tunnel = true;
      context().pipeline().remove(decoder);
      updateReading();
    }
  }

  private void begin(HttpRequest request) {
    ReferenceCountUtil.release(request);
    if (life == Life.BEFORE_FIRST) {
      life = Life.SERVING;
    }
    headSince = 0;
    var bounds = socket.front.settings.bounds();
    switch (H1Head.read(request, decoder.underscore(), bounds.headerCount())) {
      case H1Head.Understood(String host, long length) -> {
        var begun = new H1Exchange(this, request, host, length, length != 0);
        exchange = begun;
        if (length != 0 && socket.front.bytesInFlight.full()) {
          socket.front.handler.refuse(begun, Reason.OVERLOADED, "too many bytes in flight");
        } else {
          socket.front.handler.accept(begun);
        }
      }
      case H1Head.Refused(Reason reason, String detail) -> refuse(request, reason, detail);
    }
  }

  /// The head cannot be trusted to say where the request ends: it is answered, and nothing after
  /// it.
  private void refuse(HttpRequest request, Reason reason, String detail) {
    decoder.discard();
    String host = request.headers().get("host");
    var begun = new H1Exchange(this, request, host, 0, false);
    begun.lastOnConnection();
    exchange = begun;
    socket.front.handler.refuse(begun, reason, detail);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    updateReading();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null && ctx.channel().isWritable()) {
      exchange.writableAgain();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    socket.watch.remove(this);
    H1Exchange left = exchange;
    exchange = null;
    if (left != null) {
      left.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // The end of a TLS stream and the like; the channel's own end follows.
    ReferenceCountUtil.release(event);
  }

  /// Decodes on: the body of the exchange, or the next request.
  void decodeOn() {
    ChannelHandlerContext ctx = context();
    try {
      ChannelHandlerContext decoderContext = ctx.pipeline().context(decoder);
      if (decoderContext != null) {
        decoder.resume(decoderContext);
      }
    } catch (Exception e) {
      exceptionCaught(ctx, e);
    }
    updateReading();
  }

  /// Nothing more of the request is decoded.
  void discardInput() {
    decoder.discard();
    updateReading();
  }

  /// Not first when this read is complete: it may be of many more pieces than the window holds.
  private void stopWhenFull() {
    if (exchange != null && !decoder.paused() && !exchange.wantsBody()) {
      updateReading();
    }
  }

  void updateReading() {
    boolean wanted = wantsBytes();
    var config = socket.channel.config();
    if (config.isAutoRead() != wanted) {
      config.setAutoRead(wanted);
    }
  }

  private boolean wantsBytes() {
    if (life == Life.LINGERING || exchange == null) {
      return true;
    }
    if (tunnel) {
      return exchange.wantsBody();
    }
    return decoder.paused() ? !decoder.holdsBytes() : exchange.wantsBody();
  }

  /// The answer was handed to the socket.
  ///
  /// @param reuse whether another request may come on this connection
  void ended(boolean reuse) {
    exchange = null;
    since = socket.watch.now();
    if (reuse && life == Life.SERVING) {
      decodeOn();
    } else {
      closeGently();
    }
  }

  /// Whether the answer that begins now is the last one here.
  boolean closing() {
    return life != Life.SERVING || socket.front.draining;
  }

  /// Says that nothing more is answered, and waits a moment for the client to hear it.
  void closeGently() {
    life = Life.LINGERING;
    since = socket.watch.now();
    decoder.discard();
    updateReading();
    flush.now();
    SocketChannel channel = socket.channel;
    if (channel.pipeline().get("tls") instanceof SslHandler tls) {
      tls.closeOutbound().addListener(_ -> channel.shutdownOutput());
    } else {
      channel.shutdownOutput();
    }
  }

  @Override
  public void tick(long now) {
    if (life == Life.LINGERING) {
      if (now - since > longestIdle()) {
        close();
      }
    } else if (exchange != null) {
      exchange.tick(now, idleTime);
    } else if (decoder.headStarted()) {
      waitForHead(now);
    } else if (now - since > longestIdle()) {
      closeGently();
    }
  }

  private long longestIdle() {
    return switch (life) {
      case BEFORE_FIRST -> headerTime;
      case SERVING -> idleTime;
      case DRAINING -> LAST_REQUEST;
      case LINGERING -> LINGER;
    };
  }

  private void waitForHead(long now) {
    if (headSince == 0) {
      headSince = life == Life.BEFORE_FIRST ? since : now;
    }
    if (now - headSince > headerTime) {
      refuse(
          new DefaultHttpRequest(HttpVersion.HTTP_1_1, new HttpMethod("-"), "-"),
          Reason.REQUEST_TIMEOUT,
          "the head did not come in time");
    }
  }

  @Override
  public void drain() {
    if (life == Life.BEFORE_FIRST || life == Life.SERVING) {
      life = Life.DRAINING;
      since = socket.watch.now();
    }
  }

  @Override
  public void close() {
    socket.channel.close();
  }

  /// Writes without a flush.
  void write(ByteBuf bytes) {
    write(bytes, context().voidPromise());
  }

  void write(ByteBuf bytes, ChannelPromise promise) {
    int size = bytes.readableBytes();
    context().write(bytes, promise);
    flush.written(size);
  }
}
