package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.sallyport.policy.Reason;
import io.sallyport.wire.EndOfTurnFlush;
import io.sallyport.wire.WriteBatch;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection: Netty's codec with a frame listener, and an exchange for each stream.
///
/// The window of the connection has room for many full streams, so that one upload that stalls does
/// not stall the others; what all uploads hold together is bounded by [BytesInFlight]. Priorities
/// are ignored (RFC 9113 §5.3.2): streams share evenly.
final class H2Connection extends Http2ConnectionHandler implements LoopWatch.Watched {
  private static final int STREAM_WINDOW = 256 * 1024;
  private static final int CONNECTION_WINDOW = 16 * 1024 * 1024;
  private static final int MOST_SMALL_CONTINUATIONS = 10;
  private static final int MOST_EMPTY_DATA_FRAMES = 10;
  private static final int MOST_RESETS_PER_WINDOW = 200;
  private static final int RESET_WINDOW_SECONDS = 10;
  private static final long DRAIN_PING = 0x5a11_7907;

  /// How long clients may still open streams after the first GOAWAY, if they do not answer a PING.
  private static final long LAST_STREAMS = Duration.ofSeconds(1).toNanos();

  final ClientSocket socket;
  final EndOfTurnFlush flush;
  private final Http2Connection.PropertyKey exchangeKey;
  private final FrameBudget budget = new FrameBudget();
  private final long headerTime;
  private final long idleTime;
  private @Nullable ChannelHandlerContext context;
  private Life life = Life.BEFORE_FIRST;
  private long since;
  private long partialSince;

  private enum Life {
    BEFORE_FIRST,
    SERVING,
    DRAINING,
    CLOSING
  }

  private H2Connection(
      ClientSocket socket,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings, false, true);
    this.socket = socket;
    this.flush = new EndOfTurnFlush(socket.channel);
    this.exchangeKey = connection().newKey();
    var bounds = socket.front.settings.bounds();
    this.headerTime = bounds.header().toNanos();
    this.idleTime = bounds.idle().toNanos();
    this.since = socket.watch.now();
    decoder.frameListener(new Frames());
    connection().addListener(new Streams());
    encoder.flowController().listener(this::writabilityChanged);
  }

  static void configure(ChannelPipeline pipeline, ClientSocket socket) {
    pipeline.addLast("batch", new WriteBatch());
    pipeline.addLast("h2", new Builder(socket).build());
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<H2Connection, Builder> {
    private final ClientSocket socket;

    Builder(ClientSocket socket) {
      this.socket = socket;
      var bounds = socket.front.settings.bounds();
      var connection = new DefaultHttp2Connection(true);
      connection
          .remote()
          .flowController(
              new DefaultHttp2RemoteFlowController(
                  connection, new UniformStreamByteDistributor(connection)));
      var encoder =
          new DefaultHttp2ConnectionEncoder(
              connection, new DefaultHttp2FrameWriter(H2Answer.encoder()));
      var reader = new DefaultHttp2FrameReader(new H2HeadDecoder(bounds), MOST_SMALL_CONTINUATIONS);
      // Netty's own checks of fields are off: H2Head checks them, and lets them be answered.
      var decoder =
          new DefaultHttp2ConnectionDecoder(
              connection,
              encoder,
              reader,
              Http2PromisedRequestVerifier.ALWAYS_VERIFY,
              true,
              true,
              false);
      decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY_DATA_FRAMES);
      decoderEnforceMaxRstFramesPerWindow(MOST_RESETS_PER_WINDOW, RESET_WINDOW_SECONDS);
      codec(decoder, encoder);
      // No time limit of its own: the listener's drain has one.
      gracefulShutdownTimeoutMillis(-1);
      initialSettings(
          Http2Settings.defaultSettings()
              .maxConcurrentStreams(bounds.streams())
              .maxHeaderListSize(bounds.headerBytes())
              .initialWindowSize(STREAM_WINDOW));
    }

    @Override
    protected H2Connection build() {
      return super.build();
    }

    @Override
    protected H2Connection build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new H2Connection(socket, decoder, encoder, settings);
    }
  }

  ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    super.handlerAdded(ctx);
    Http2Stream all = connection().connectionStream();
    var windows = decoder().flowController();
    windows.incrementWindowSize(all, CONNECTION_WINDOW - windows.windowSize(all));
    ctx.flush();
    socket.watch.add(this);
    if (socket.front.draining) {
      drain();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (partialSince == 0) {
      partialSince = socket.watch.now();
    }
    super.channelRead(ctx, message);
    if (actualReadableBytes() == 0) {
      partialSince = 0;
    }
  }

  /// Netty would flush here; what a read caused is flushed once, with the rest of the turn.
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    flush.written(1);
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    socket.watch.remove(this);
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof IOException) {
      ctx.close();
    } else {
      super.exceptionCaught(ctx, cause);
    }
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    super.onStreamError(ctx, outbound, cause, error);
    if (!outbound) {
      try {
        budget.spend(socket.watch.now());
      } catch (Http2Exception e) {
        onError(ctx, false, e);
      }
    }
  }

  private @Nullable H2Exchange exchange(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(exchangeKey);
  }

  private void writabilityChanged(Http2Stream stream) {
    H2Exchange exchange = exchange(stream);
    if (exchange != null && exchange.writable()) {
      exchange.writableAgain();
    }
  }

  private void begin(Http2Stream stream, H2Head head, boolean end) {
    if (life == Life.BEFORE_FIRST) {
      life = Life.SERVING;
    }
    switch (head.request()) {
      case H2Head.Understood(String method, String authority, String path, long length) -> {
        if (end && length > 0) {
          refuse(stream, head, Reason.MALFORMED_REQUEST, "a Content-Length without a body");
          return;
        }
        var inbound =
            new InboundHead(
                socket, method, authority, path, head.fields(), end ? 0 : length, false);
        var begun = new H2Exchange(this, stream, inbound, !end, length);
        stream.setProperty(exchangeKey, begun);
        if (!end && socket.front.bytesInFlight.full()) {
          socket.front.handler.refuse(begun, Reason.OVERLOADED, "too many bytes in flight");
        } else {
          socket.front.handler.accept(begun);
        }
      }
      case H2Head.Refused(Reason reason, String detail) -> refuse(stream, head, reason, detail);
    }
  }

  private void refuse(Http2Stream stream, H2Head head, Reason reason, String detail) {
    var inbound =
        new InboundHead(
            socket,
            head.knownMethod(),
            head.knownAuthority(),
            head.knownPath(),
            head.fields(),
            -1,
            false);
    var begun = new H2Exchange(this, stream, inbound, false, -1);
    stream.setProperty(exchangeKey, begun);
    socket.front.handler.refuse(begun, reason, detail);
  }

  /// Gives window back to the client.
  void consumed(Http2Stream stream, int bytes) {
    try {
      if (decoder().flowController().consumeBytes(stream, bytes)) {
        flush.written(16);
      }
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  void reset(Http2Stream stream, Http2Error error) {
    ChannelHandlerContext ctx = context();
    encoder().writeRstStream(ctx, stream.id(), error.code(), ctx.newPromise());
    flush.written(16);
  }

  @Override
  public void tick(long now) {
    if (life == Life.DRAINING && now - since > LAST_STREAMS) {
      lastGoAway();
    } else if (partialSince != 0 && now - partialSince > headerTime) {
      close();
    } else if (connection().numActiveStreams() > 0) {
      tickStreams(now);
    } else if (life != Life.CLOSING
        && now - since > (life == Life.BEFORE_FIRST ? headerTime : idleTime)) {
      lastGoAway();
    }
  }

  private void tickStreams(long now) {
    since = life == Life.DRAINING ? since : now;
    try {
      connection()
          .forEachActiveStream(
              stream -> {
                H2Exchange exchange = exchange(stream);
                if (exchange != null) {
                  exchange.tick(now, idleTime);
                }
                return true;
              });
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  /// A GOAWAY that allows all streams, then one that names the last (RFC 9113 §6.8): what a client
  /// sent before it heard is still served.
  @Override
  public void drain() {
    if (life == Life.DRAINING || life == Life.CLOSING) {
      return;
    }
    life = Life.DRAINING;
    since = System.nanoTime();
    ChannelHandlerContext ctx = context();
    goAway(
        ctx,
        Integer.MAX_VALUE,
        Http2Error.NO_ERROR.code(),
        Unpooled.EMPTY_BUFFER,
        ctx.newPromise());
    encoder().writePing(ctx, false, DRAIN_PING, ctx.newPromise());
    flush.now();
  }

  /// Sends the GOAWAY that names the last stream, and closes when that one has ended.
  private void lastGoAway() {
    life = Life.CLOSING;
    socket.channel.close();
  }

  @Override
  public void close() {
    context().close();
  }

  private final class Streams extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      H2Exchange exchange = exchange(stream);
      if (exchange != null) {
        exchange.clientGone();
      }
      if (life != Life.DRAINING) {
        since = socket.watch.now();
      }
    }
  }

  private final class Frames extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers headers,
        int streamDependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      onHeadersRead(ctx, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end) {
      partialSince = 0;
      Http2Stream stream = connection().stream(streamId);
      if (stream != null && headers instanceof H2Head head) {
        H2Exchange exchange = exchange(stream);
        if (exchange == null) {
          begin(stream, head, end);
        } else {
          exchange.trailersRead(head);
        }
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
      partialSince = 0;
      H2Exchange exchange = exchange(connection().stream(streamId));
      int bytes = data.readableBytes();
      return exchange == null ? bytes + padding : padding + exchange.dataRead(data, bytes, end);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      budget.spend(socket.watch.now());
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
      if (data == DRAIN_PING && life == Life.DRAINING) {
        lastGoAway();
      }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
        throws Http2Exception {
      budget.spend(socket.watch.now());
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
        throws Http2Exception {
      budget.spend(socket.watch.now());
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext ctx, byte type, int streamId, Http2Flags flags, ByteBuf payload) {
      try {
        budget.spend(socket.watch.now());
      } catch (Http2Exception e) {
        onError(ctx, false, e);
      }
    }
  }
}
