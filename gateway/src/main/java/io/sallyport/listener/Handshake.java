package io.sallyport.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import java.util.concurrent.TimeUnit;

/// Waits for the TLS handshake, at most as long as allowed, and then sets up the protocol that was
/// negotiated. A client without ALPN speaks HTTP/1.1.
final class Handshake extends ApplicationProtocolNegotiationHandler implements LoopWatch.Watched {
  private final ClientSocket socket;
  private final long deadline;

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
    switch (protocol) {
      case ApplicationProtocolNames.HTTP_2 -> H2Connection.configure(ctx.pipeline(), socket);
      case ApplicationProtocolNames.HTTP_1_1 -> H1Connection.configure(ctx.pipeline(), socket);
      default -> ctx.close();
    }
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) throws Exception {
    socket.watch.remove(this);
    super.handlerRemoved(ctx);
  }

  @Override
  public void tick(long now) {
    if (now - deadline > 0) {
      close();
    }
  }

  @Override
  public void drain() {
    close();
  }

  @Override
  public void close() {
    socket.channel.close();
  }
}
