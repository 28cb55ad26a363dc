package io.sallyport.upstream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamEvent;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.bundle.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 backend that answers with exactly the frames that a test wants. A real server; what is
/// written is not checked.
public final class H2Backend implements AutoCloseable {

  /// What happens when a request's head, a piece of its body or its trailers arrive. Runs on the
  /// backend's event loop.
  public interface Script {
    void heard(Connection connection, Http2StreamFrame frame);
  }

  /// How the backend greets.
  ///
  /// @param settings its SETTINGS
  /// @param tls null: cleartext
  public record Setup(Http2Settings settings, @Nullable SslContext tls) {
    public static final Setup DEFAULT = new Setup(Http2Settings.defaultSettings(), null);

    public Setup withStreams(long most) {
      return new Setup(Http2Settings.defaultSettings().maxConcurrentStreams(most), tls);
    }

    public Setup with(SslContext other) {
      return new Setup(settings, other);
    }
  }

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel server;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Runnable> owed = new CopyOnWriteArrayList<>();
  private volatile boolean taking = true;

  private H2Backend(Setup setup, Script script) {
    server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (setup.tls() != null) {
                      channel.pipeline().addLast(setup.tls().newHandler(channel.alloc()));
                    }
                    Http2FrameCodec codec =
                        Http2FrameCodecBuilder.forServer()
                            .initialSettings(
                                Http2Settings.defaultSettings().copyFrom(setup.settings()))
                            .validateHeaders(false)
                            .encoderIgnoreMaxHeaderListSize(true)
                            .decoderEnforceMaxConsecutiveEmptyDataFrames(0)
                            .decoderEnforceMaxRstFramesPerWindow(0, 1)
                            .encoderEnforceMaxRstFramesPerWindow(0, 1)
                            .build();
                    var connection = new Connection(channel, connections.size() + 1);
                    connections.add(connection);
                    channel.pipeline().addLast(codec, new Hearing(connection, script));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
            .syncUninterruptibly()
            .channel();
  }

  public static H2Backend start(Script script) {
    return start(Setup.DEFAULT, script);
  }

  public static H2Backend start(Setup setup, Script script) {
    return new H2Backend(setup, script);
  }

  /// Answers every request, when it is whole, with this text.
  public static Script saying(String text) {
    return (connection, frame) -> {
      if (isEnd(frame)) {
        connection.answer(frame.stream(), 200, text);
      }
    };
  }

  /// Whether this frame ends its request.
  public static boolean isEnd(Http2StreamFrame frame) {
    return switch (frame) {
      case Http2HeadersFrame head -> head.isEndStream();
      case Http2DataFrame data -> data.isEndStream();
      default -> false;
    };
  }

  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  public String address() {
    return "127.0.0.1:" + port();
  }

  Upstream.Endpoint endpoint(String zone) {
    return new Upstream.Endpoint("127.0.0.1", port(), zone);
  }

  /// Connections there were.
  public List<Connection> connections() {
    return connections;
  }

  /// The heads of requests, each in one line.
  public List<String> heads() {
    return heads;
  }

  /// Resets and GOAWAYs of the other side.
  public List<String> events() {
    return events;
  }

  /// Gives no window back from now on.
  public void stopTaking() {
    taking = false;
  }

  /// Gives back what is owed, and goes on giving.
  public void take() {
    taking = true;
    owed.forEach(Runnable::run);
    owed.clear();
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /// One accepted connection. Its methods may be called on any thread.
  public static final class Connection {
    private final Channel channel;
    private final int number;

    Connection(Channel channel, int number) {
      this.channel = channel;
      this.number = number;
    }

    /// The how-manieth connection it is, from 1.
    public int number() {
      return number;
    }

    public boolean open() {
      return channel.isActive();
    }

    /// A whole answer.
    public void answer(Http2FrameStream stream, int status, String text) {
      head(stream, false, ":status", Integer.toString(status));
      data(stream, text, true);
    }

    /// A block of fields: names and values in turn.
    public void head(Http2FrameStream stream, boolean end, String... fields) {
      Http2Headers block = new DefaultHttp2Headers(false);
      for (int i = 0; i < fields.length; i += 2) {
        block.add(fields[i], fields[i + 1]);
      }
      say(new DefaultHttp2HeadersFrame(block, end).stream(stream));
    }

    public void data(Http2FrameStream stream, String text, boolean end) {
      say(
          new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), end)
              .stream(stream));
    }

    public void reset(Http2FrameStream stream, Http2Error error) {
      say(new DefaultHttp2ResetFrame(error).stream(stream));
    }

    /// Says that the last stream looked at was the one with this number.
    public void goAway(int last, Http2Error error) {
      ByteBuf frame = channel.alloc().buffer();
      frame.writeMedium(8).writeByte(7).writeByte(0).writeInt(0);
      frame.writeInt(last).writeInt((int) error.code());
      raw(frame);
    }

    /// GOAWAY as Netty's own server says it: of streams that have not come yet.
    public void goAwayGracefully() {
      say(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
    }

    /// Gives window back.
    public void consumed(Http2FrameStream stream, int bytes) {
      say(new DefaultHttp2WindowUpdateFrame(bytes).stream(stream));
    }

    public void say(Http2Frame frame) {
      channel.writeAndFlush(frame);
    }

    /// A body of so many bytes, in pieces, each when the one before is on its way.
    public void body(Http2FrameStream stream, long bytes, AtomicLong said) {
      int piece = (int) Math.min(64 * 1024, bytes - said.get());
      boolean end = said.get() + piece == bytes;
      channel
          .writeAndFlush(
              new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[piece]), end)
                  .stream(stream))
          .addListener(
              written -> {
                if (written.isSuccess()) {
                  said.addAndGet(piece);
                  if (!end) {
                    body(stream, bytes, said);
                  }
                }
              });
    }

    /// Bytes under the codec's feet.
    public void raw(String hex) {
      raw(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    private void raw(ByteBuf bytes) {
      channel
          .eventLoop()
          .execute(() -> channel.pipeline().context(Http2FrameCodec.class).writeAndFlush(bytes));
    }

    /// Ends the connection without a word.
    public void cut() {
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
    }
  }

  private final class Hearing extends ChannelDuplexHandler {
    private final Connection connection;
    private final Script script;

    Hearing(Connection connection, Script script) {
      this.connection = connection;
      this.script = script;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      try {
        switch (message) {
          case Http2HeadersFrame head -> {
            heads.add(line(head.headers()));
            script.heard(connection, head);
          }
          case Http2DataFrame data -> {
            script.heard(connection, data);
            take(data.stream(), data.initialFlowControlledBytes());
          }
          case Http2ResetFrame reset ->
              events.add("reset " + Http2Error.valueOf(reset.errorCode()));
          case Http2GoAwayFrame away ->
              events.add("goaway " + Http2Error.valueOf(away.errorCode()));
          default -> {}
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    private void take(Http2FrameStream stream, int bytes) {
      Runnable taking = () -> connection.consumed(stream, bytes);
      if (H2Backend.this.taking) {
        taking.run();
      } else {
        owed.add(taking);
      }
    }

    private static String line(Http2Headers headers) {
      var line = new StringBuilder();
      headers.forEach(
          field -> line.append(field.getKey()).append('=').append(field.getValue()).append(' '));
      return line.toString().trim();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2FrameStreamEvent) {
        return;
      }
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // The other side has gone: that is what some tests are about.
    }
  }
}
