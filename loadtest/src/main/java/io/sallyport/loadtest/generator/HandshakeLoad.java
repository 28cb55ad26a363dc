package io.sallyport.loadtest.generator;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.wire.Transport;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Makes connections with TLS 1.3 and ends them, some at a time, and counts which were resumed: it
/// asks BoringSSL, not the clock. No request is made: both sides greet each other with HTTP/2's
/// SETTINGS, which is the least that makes a server write. One on BoringSSL keeps its tickets back
/// until it has something else to send.
///
/// When sessions are resumed, each place of the concurrency has a session cache of its own and does
/// not end a connection before a ticket has come: a ticket serves once (RFC 8446, C.4), so that the
/// next handshake of that place finds one. All but the first of each place are resumed.
///
/// A connection ends with close_notify and a FIN, and waits for the server's FIN.
final class HandshakeLoad implements AutoCloseable {
  private static final int MOST = 1_000_000;
  private static final int MOST_AT_ONCE = 256;
  private static final long PATIENCE_SECONDS = 5;

  /// The preface and empty SETTINGS (RFC 9113, 3.4).
  private static final ByteBuf GREETING =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer(
              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", StandardCharsets.US_ASCII));

  private final Transport transport = Transport.start(1, "load");
  private final Bootstrap bootstrap;
  private final String serverName;
  private final int port;
  private final int count;
  private final boolean resume;
  private final List<SslContext> places = new ArrayList<>();
  private final CompletableFuture<Outcome> done = new CompletableFuture<>();
  private long start;
  private int begun;
  private int handshakes;
  private int resumed;
  private int failed;

  /// What the handshakes came to.
  ///
  /// @param handshakes that ended well
  /// @param resumed among them
  /// @param failed that did not, or after which no ticket came
  record Outcome(int handshakes, int resumed, int failed, double seconds) {
    String json() {
      return String.format(
          java.util.Locale.ROOT,
          "{\"handshakes\":%d,\"resumed\":%d,\"failed\":%d,\"seconds\":%.6f}",
          handshakes,
          resumed,
          failed,
          seconds);
    }
  }

  HandshakeLoad(String serverName, int port, int count, boolean resume, int atOnce) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("count: 1 to " + MOST);
    }
    if (atOnce < 1 || atOnce > MOST_AT_ONCE) {
      throw new IllegalArgumentException("concurrency: 1 to " + MOST_AT_ONCE);
    }
    this.serverName = serverName;
    this.port = port;
    this.count = count;
    this.resume = resume;
    for (int i = 0; i < Math.min(atOnce, count); i++) {
      places.add(Dialer.tls(Protocol.H2, resume));
    }
    bootstrap = Dialer.bootstrap(transport).option(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  CompletableFuture<Outcome> run() {
    transport
        .eventLoops()
        .next()
        .execute(
            () -> {
              start = System.nanoTime();
              places.forEach(this::begin);
            });
    return done;
  }

  private void begin(SslContext place) {
    if (begun == count) {
      if (handshakes + failed == count) {
        done.complete(new Outcome(handshakes, resumed, failed, (System.nanoTime() - start) / 1e9));
      }
      return;
    }
    begun++;
    One one = new One(place);
    bootstrap
        .clone()
        .remoteAddress(InetAddress.getLoopbackAddress(), port)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(place.newHandler(channel.alloc(), serverName, port))
                    .addLast(one);
              }
            })
        .connect()
        .addListener(
            connecting -> {
              if (!connecting.isSuccess()) {
                one.ended(false);
              }
            });
  }

  @Override
  public void close() {
    transport.close();
    places.forEach(ReferenceCountUtil::release);
  }

  private final class One extends ChannelInboundHandlerAdapter {
    private final SslContext place;
    private boolean again;
    private boolean heard;
    private boolean satisfied;
    private boolean over;

    One(SslContext place) {
      this.place = place;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      // Whatever does not come ends the connection, and the connection counts as failed.
      var patience = ctx.executor().schedule(() -> ctx.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
      ctx.channel().closeFuture().addListener(closed -> patience.cancel(false));
      ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (!Protocol.H2.alpn().equals(tls.applicationProtocol())) {
          ctx.close();
          return;
        }
        var engine = (ReferenceCountedOpenSslEngine) tls.engine();
        again = SSL.isSessionReused(engine.sslPointer());
        ctx.writeAndFlush(GREETING.duplicate(), ctx.voidPromise());
      } else if (event instanceof ChannelInputShutdownEvent) {
        // The server's FIN: with half-closed connections allowed, it closes nothing by itself.
        ctx.close();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      heard = true;
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      endIfSatisfied(ctx);
    }

    private void endIfSatisfied(ChannelHandlerContext ctx) {
      if (heard && !satisfied && (!resume || hasTicket())) {
        satisfied = true;
        ctx.pipeline()
            .get(SslHandler.class)
            .closeOutbound()
            .addListener(told -> ((SocketChannel) ctx.channel()).shutdownOutput());
      }
    }

    private boolean hasTicket() {
      return place.sessionContext().getIds().hasMoreElements();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      ended(satisfied);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }

    void ended(boolean well) {
      if (over) {
        return;
      }
      over = true;
      if (well) {
        handshakes++;
        resumed += again ? 1 : 0;
      } else {
        failed++;
      }
      begin(place);
    }
  }
}
