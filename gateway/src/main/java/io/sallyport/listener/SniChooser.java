package io.sallyport.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Reads the server name of a ClientHello, chooses the certificate, and makes way for TLS. The time
/// for all of it is watched by [Handshake].
final class SniChooser extends AbstractSniHandler<ServedCertificate> {
  /// A ClientHello with a post-quantum key share has about 2 KiB.
  private static final int LONGEST_CLIENT_HELLO = 16 * 1024;

  private final ClientSocket socket;

  SniChooser(ClientSocket socket) {
    super(LONGEST_CLIENT_HELLO, 0);
    this.socket = socket;
  }

  @Override
  protected Future<ServedCertificate> lookup(
      ChannelHandlerContext ctx, @Nullable String serverName) {
    return ctx.executor().newSucceededFuture(socket.front.certificates.choose(serverName));
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext ctx, @Nullable String serverName, Future<ServedCertificate> found) {
    if (!found.isSuccess()) {
      throw new DecoderException(found.cause());
    }
    ServedCertificate certificate = found.getNow();
    socket.shown(certificate, serverName);
    SslHandler tls = certificate.context().newHandler(ctx.alloc());
    try {
      socket.front.certificates.provider().prepare(tls.engine());
      tls.setHandshakeTimeoutMillis(0);
      ctx.pipeline().replace(this, "tls", tls);
    } catch (RuntimeException e) {
      // A handler in a pipeline frees its engine when it leaves; this one never came in.
      ReferenceCountUtil.safeRelease(tls.engine());
      throw e;
    }
  }
}
