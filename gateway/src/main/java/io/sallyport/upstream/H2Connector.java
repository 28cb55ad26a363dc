package io.sallyport.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.sallyport.upstream.UpstreamFailure.Kind;
import io.sallyport.wire.WriteBatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One attempt to have an HTTP/2 connection: the socket, TLS with ALPN, and the backend's SETTINGS,
/// without which nobody knows that it speaks HTTP/2 at all. It ends in [H2Pool#connected] or
/// [H2Pool#connectFailed], once.
final class H2Connector extends ChannelInitializer<Channel> {
  private final H2Pool pool;
  private final long timeoutNanos;
  private final long started = System.nanoTime();
  private @Nullable Channel socket;
  private @Nullable SslHandler tls;
  private @Nullable Future<?> timer;
  private boolean over;

  H2Connector(H2Pool pool, long timeoutNanos) {
    this.pool = pool;
    this.timeoutNanos = timeoutNanos;
  }

  void connect() {
    timer = pool.loop.eventLoop().schedule(this::tooLate, timeoutNanos, TimeUnit.NANOSECONDS);
    var attempt =
        pool.loop
            .connector()
            .clone()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .handler(this)
            .connect(pool.destination.address());
    attempt.addListener(
        done -> {
          if (over) {
            // It came after its time, because the name was slow to resolve.
            var _ = attempt.channel().close();
          } else if (!done.isSuccess()) {
            failed(Failures.text(done.cause()));
          } else if (tls == null) {
            speak(attempt.channel());
          } else {
            tls.handshakeFuture().addListener(this::handshaken);
          }
        });
  }

  @Override
  protected void initChannel(Channel channel) {
    socket = channel;
    BackendTls security = pool.destination.tls();
    if (security != null) {
      tls = security.newHandler(channel.alloc(), pool.destination.endpoint());
      tls.setHandshakeTimeoutMillis(0);
      channel.pipeline().addLast(tls);
    }
  }

  private void handshaken(Future<?> handshake) {
    if (over || tls == null || socket == null) {
      return;
    }
    if (!handshake.isSuccess()) {
      failed(Failures.text(handshake.cause()));
    } else if (!ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      failed("TLS: the backend did not agree to HTTP/2 (ALPN)");
    } else {
      speak(socket);
    }
  }

  private void speak(Channel channel) {
    channel.pipeline().addLast(new WriteBatch(), H2Connection.on(channel, pool, this));
  }

  /// The backend's SETTINGS have arrived.
  ///
  /// @return whether that was in time
  boolean answered(H2Connection connection, int streams) {
    if (!end()) {
      return false;
    }
    pool.connected(connection, streams, System.nanoTime() - started);
    return true;
  }

  private void tooLate() {
    failed("no connection within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
  }

  /// The attempt has failed; once it has ended, this says nothing new.
  void failed(String why) {
    if (end()) {
      if (socket != null) {
        var _ = socket.close();
      }
      pool.connectFailed(new UpstreamFailure(Kind.CONNECT, true, why));
    }
  }

  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    return true;
  }
}
