package io.sallyport.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.sallyport.listener.ListenerEvents.Failure;
import io.sallyport.wire.TlsProvider;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/// Waits for the TLS handshake, at most as long as allowed, and then sets up the protocol that was
/// negotiated. A client without ALPN speaks HTTP/1.1.
final class Handshake extends ApplicationProtocolNegotiationHandler implements LoopWatch.Watched {
  private static final long WHEN_DRAINING = TimeUnit.SECONDS.toNanos(1);

  private final ClientSocket socket;
  private long deadline;
  private boolean over;

  Handshake(ClientSocket socket) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.socket = socket;
    this.deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(socket.front.settings.bounds().handshake().toMillis());
    socket.watch.add(this);
  }

  @Override
  protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
    over = true;
    SSLEngine engine = ctx.pipeline().get(SslHandler.class).engine();
    SSLSession session = engine.getSession();
    String group = TlsProvider.group(engine);
    socket.secured(session.getProtocol(), session.getCipherSuite(), group);
    socket.front.events.secured(session.getProtocol(), group);
    switch (protocol) {
      case ApplicationProtocolNames.HTTP_2 -> H2Connection.configure(ctx.pipeline(), socket);
      case ApplicationProtocolNames.HTTP_1_1 -> H1Connection.configure(ctx.pipeline(), socket);
      default -> ctx.close();
    }
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
    failed(cause instanceof ClosedChannelException ? Failure.CLOSED : Failure.FAILED);
    ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed(Failure.FAILED);
    ctx.close();
  }

  /// The first thing that ends a handshake is why.
  private void failed(Failure why) {
    if (!over) {
      over = true;
      socket.front.events.notSecured(why);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) throws Exception {
    failed(Failure.CLOSED);
    socket.watch.remove(this);
    super.handlerRemoved(ctx);
  }

  @Override
  public void tick(long now) {
    if (now - deadline > 0) {
      failed(Failure.TIMEOUT);
      close();
    }
  }

  /// A client that has done its part may have sent its first request already.
  @Override
  public void drain() {
    long soon = System.nanoTime() + WHEN_DRAINING;
    if (soon - deadline < 0) {
      deadline = soon;
    }
  }

  @Override
  public void close() {
    socket.channel.close();
  }
}
