package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
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
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import io.sallyport.wire.EndOfTurnFlush;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to a backend: Netty's codec with a frame listener, and an [H2Stream] for
/// each of its streams.
///
/// The window of the connection has room for every stream's whole window: clients who do not take
/// their answers hold back nobody else's. Priorities are ignored (RFC 9113 §5.3.2).
final class H2Connection extends Http2ConnectionHandler {
  /// What of one answer may wait for its client.
  static final int STREAM_WINDOW = 256 * 1024;

  /// Streams at once, whatever the backend would allow.
  static final int MOST_STREAMS = 128;

  /// Twice what its streams may hold together: what was consumed is given back when it is half of
  /// the window, not before.
  private static final int CONNECTION_WINDOW = 2 * MOST_STREAMS * STREAM_WINDOW;

  private static final int MOST_SMALL_CONTINUATIONS = 10;
  private static final int MOST_EMPTY_DATA_FRAMES = 10;

  /// Far above what an overloaded backend refuses; each beyond our own streams is for nothing.
  private static final int MOST_RESETS_PER_WINDOW = 10_000;

  private static final int RESET_WINDOW_SECONDS = 10;
  private static final int NO_GOAWAY = -1;
  private static final long LONGEST_GOODBYE_MS = 1_000;
  private static final AsciiString HTTP = AsciiString.cached("http");
  private static final AsciiString HTTPS = AsciiString.cached("https");

  /// The loop's coarse time when its last stream ended.
  long idleSince;

  private final H2Pool pool;
  private final H2Connector connector;
  private final EndOfTurnFlush flush;
  private final Http2Connection.PropertyKey carriedKey;
  private final H2FrameBudget budget = new H2FrameBudget();
  private final AsciiString scheme;
  private @Nullable ChannelHandlerContext context;
  private Life life = Life.GREETING;
  private boolean lost;
  private boolean brokeRules;
  private boolean answeredOnce;
  private int lastStreamTaken = NO_GOAWAY;
  private long lastRead;
  private String lastError = "closed by the backend";

  private enum Life {
    /// The backend has not said SETTINGS.
    GREETING,
    CARRYING,
    /// Carries what it has and takes no more.
    RETIRED
  }

  /// A stream that was begun.
  ///
  /// @param stream null when its head could not be written
  record Begun(@Nullable Http2Stream stream, Future<?> written) {}

  private H2Connection(
      Builder from,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings, false, true);
    this.pool = from.pool;
    this.connector = from.connector;
    this.flush = new EndOfTurnFlush(from.channel);
    this.scheme = pool.destination.tls() == null ? HTTP : HTTPS;
    this.carriedKey = connection().newKey();
    decoder.frameListener(new Frames());
    connection().addListener(new Streams());
    encoder.flowController().listener(this::writabilityChanged);
  }

  /// Speaks first as soon as it is in the channel's pipeline.
  static H2Connection on(Channel channel, H2Pool pool, H2Connector connector) {
    return new Builder(channel, pool, connector).build();
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<H2Connection, Builder> {
    private final Channel channel;
    private final H2Pool pool;
    private final H2Connector connector;

    Builder(Channel channel, H2Pool pool, H2Connector connector) {
      this.channel = channel;
      this.pool = pool;
      this.connector = connector;
      var connection = new DefaultHttp2Connection(false);
      connection
          .remote()
          .flowController(
              new DefaultHttp2RemoteFlowController(
                  connection, new UniformStreamByteDistributor(connection)));
      // How large a head the backend takes is its own to say: it can answer 431.
      var writer =
          new DefaultHttp2FrameWriter(new DefaultHttp2HeadersEncoder(new H2NeverIndexed(), true));
      var encoder = new DefaultHttp2ConnectionEncoder(connection, writer);
      var reader = new DefaultHttp2FrameReader(new H2AnswerDecoder(), MOST_SMALL_CONTINUATIONS);
      // Netty's own checks of fields are off: H2Answer and H2Stream make them.
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
      // It is closed when its streams have ended: this is for a backend that does not read GOAWAY.
      gracefulShutdownTimeoutMillis(LONGEST_GOODBYE_MS);
      initialSettings(
          Http2Settings.defaultSettings()
              .pushEnabled(false)
              .maxHeaderListSize(H2Answer.MOST_BYTES)
              .initialWindowSize(STREAM_WINDOW));
    }

    @Override
    protected H2Connection build() {
      return super.build();
    }

    @Override
    protected H2Connection build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new H2Connection(this, decoder, encoder, settings);
    }
  }

  private ChannelHandlerContext context() {
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
  }

  // ---- what the pool asks ----

  boolean hasRoom() {
    return life == Life.CARRYING
        && context().channel().isActive()
        && connection().local().numActiveStreams() < mostStreams();
  }

  private int mostStreams() {
    return Math.min(MOST_STREAMS, connection().local().maxActiveStreams());
  }

  boolean idle() {
    return connection().numActiveStreams() == 0;
  }

  /// Takes no more streams, and closes when the last of them has ended. Idempotent.
  void retire() {
    if (life != Life.RETIRED) {
      life = Life.RETIRED;
      pool.retired(this);
    }
    if (idle() && !lost) {
      // From the end of the pipeline, so that GOAWAY is said first.
      var _ = context().channel().close();
    }
  }

  // ---- what a stream asks ----

  /// Sends the head of a request.
  Begun begin(H2Stream carried, H2Request request) {
    ChannelHandlerContext ctx = context();
    int id = connection().local().incrementAndGetNextStreamId();
    ChannelPromise written = ctx.newPromise();
    encoder().writeHeaders(ctx, id, request.fields(scheme), 0, request.bodiless(), written);
    Http2Stream stream = connection().stream(id);
    if (stream != null) {
      stream.setProperty(carriedKey, carried);
    }
    flush.written(request.headBytes());
    if (id < 0 || id >= Integer.MAX_VALUE - 1) {
      // RFC 9113 §5.1.1: the numbers of streams are used up.
      retire();
    }
    return new Begun(stream, written);
  }

  void writeData(Http2Stream stream, ByteBuf data, boolean end) {
    ChannelHandlerContext ctx = context();
    int bytes = data.readableBytes();
    encoder().writeData(ctx, stream.id(), data, 0, end, ctx.newPromise());
    flush.written(bytes + 16);
  }

  void writeTrailers(Http2Stream stream, H2RequestFields trailers) {
    ChannelHandlerContext ctx = context();
    encoder().writeHeaders(ctx, stream.id(), trailers, 0, true, ctx.newPromise());
    flush.written(64);
  }

  boolean writable(Http2Stream stream) {
    return encoder().flowController().isWritable(stream);
  }

  /// Gives window back to the backend.
  void consumed(Http2Stream stream, int bytes) {
    try {
      if (decoder().flowController().consumeBytes(stream, bytes)) {
        flush.written(16);
      }
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  /// Gives a stream up; nothing happens to one that is closed.
  void reset(Http2Stream stream, Http2Error error) {
    if (stream.state() == Http2Stream.State.CLOSED) {
      return;
    }
    ChannelHandlerContext ctx = context();
    encoder().writeRstStream(ctx, stream.id(), error.code(), ctx.newPromise());
    flush.written(16);
  }

  /// One of its streams waited for too long. When nothing at all came meanwhile, the backend may be
  /// gone: no other stream is to find that out.
  void doubt(long since) {
    if (lastRead - since <= 0) {
      retire();
    }
  }

  // ---- what the channel tells ----

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    lastRead = pool.loop.now();
    super.channelRead(ctx, message);
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
    boolean stood = life != Life.GREETING;
    lost = true;
    if (life == Life.CARRYING) {
      life = Life.RETIRED;
      pool.retired(this);
    }
    if (stood) {
      pool.closed();
    } else {
      life = Life.RETIRED;
      connector.failed(lastError);
    }
    // Closes the streams, each of which hears of it.
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof IOException || Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
      lastError = Failures.text(cause);
      ctx.close();
    } else {
      super.exceptionCaught(ctx, cause);
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    if (!outbound && error != null) {
      brokeRules = true;
      lastError = Failures.text(error);
    }
    if (life == Life.CARRYING) {
      life = Life.RETIRED;
      pool.retired(this);
    }
    super.onConnectionError(ctx, outbound, cause, error);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    H2Stream carried = carried(connection().stream(error.streamId()));
    if (carried != null && !carried.over()) {
      carried.broken(Failures.text(error));
    }
    super.onStreamError(ctx, outbound, cause, error);
  }

  private @Nullable H2Stream carried(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(carriedKey);
  }

  private void writabilityChanged(Http2Stream stream) {
    H2Stream carried = carried(stream);
    if (carried != null) {
      carried.tellWritable();
    }
  }

  private final class Streams extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      H2Stream carried = carried(stream);
      if (carried != null && !carried.over()) {
        if (lastStreamTaken != NO_GOAWAY && stream.id() > lastStreamTaken) {
          carried.leftOut();
        } else if (brokeRules) {
          carried.broken(lastError);
        } else {
          carried.connectionLost(answeredOnce, lastError);
        }
      }
      if (idle()) {
        idleSince = pool.loop.now();
        if (life == Life.RETIRED) {
          retire();
        }
      }
      if (life == Life.CARRYING) {
        pool.roomIn(H2Connection.this);
      }
    }

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
      lastStreamTaken = lastStreamId;
      if (errorCode != Http2Error.NO_ERROR.code()) {
        lastError = "the backend went away: " + Http2Error.valueOf(errorCode);
      }
      retire();
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
      answeredOnce = true;
      H2Stream carried = carried(connection().stream(streamId));
      if (carried != null && headers instanceof H2Answer answer) {
        carried.fieldsRead(answer, end);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
      H2Stream carried = carried(connection().stream(streamId));
      return padding + (carried == null ? data.readableBytes() : carried.dataRead(data, end));
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
      H2Stream carried = carried(connection().stream(streamId));
      if (carried != null && !carried.over()) {
        carried.resetRead(errorCode);
      }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
        throws Http2Exception {
      budget.spend(pool.loop.now());
      if (life == Life.GREETING) {
        life = Life.CARRYING;
        if (!connector.answered(H2Connection.this, mostStreams())) {
          life = Life.RETIRED;
        }
      } else if (life == Life.CARRYING) {
        pool.roomIn(H2Connection.this);
      }
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      budget.spend(pool.loop.now());
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
        throws Http2Exception {
      budget.spend(pool.loop.now());
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext ctx, byte type, int streamId, Http2Flags flags, ByteBuf payload) {
      try {
        budget.spend(pool.loop.now());
      } catch (Http2Exception e) {
        onError(ctx, false, e);
      }
    }
  }
}
