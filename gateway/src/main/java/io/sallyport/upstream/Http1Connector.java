package io.sallyport.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.sallyport.upstream.UpstreamFailure.Kind;
import io.sallyport.wire.WriteBatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One attempt to have a connection: the socket, TLS, and the pipeline that both sides of an
/// exchange pass. It ends in [Http1Pool#connected] or [Http1Pool#connectFailed], once.
final class Http1Connector extends ChannelInitializer<Channel> {
  private final Http1Pool pool;
  private final long timeoutNanos;
  private final long started = System.nanoTime();
  private @Nullable Http1Connection connection;
  private @Nullable SslHandler tls;
  private @Nullable Future<?> timer;
  private boolean over;

  Http1Connector(Http1Pool pool, long timeoutNanos) {
    this.pool = pool;
    this.timeoutNanos = timeoutNanos;
  }

  void connect() {
    var bootstrap =
        pool.loop.connector().clone().option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0).handler(this);
    timer = pool.loop.eventLoop().schedule(this::tooLate, timeoutNanos, TimeUnit.NANOSECONDS);
    connect(bootstrap);
  }

  private void connect(Bootstrap bootstrap) {
    var attempt = bootstrap.connect(pool.destination.address());
    attempt.addListener(
        done -> {
          if (over) {
            // It came after its time, because the name was slow to resolve.
            var _ = attempt.channel().close();
          } else if (!done.isSuccess()) {
            failed(Failures.text(done.cause()));
          } else if (tls == null) {
            succeeded();
          } else {
            tls.handshakeFuture().addListener(this::handshaken);
          }
        });
  }

  /// Bytes come in from the top: TLS, the decoder, the connection. They leave from the bottom.
  @Override
  protected void initChannel(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    BackendTls security = pool.destination.tls();
    if (security != null) {
      tls = security.newHandler(channel.alloc(), pool.destination.endpoint());
      tls.setHandshakeTimeoutMillis(0);
      pipeline.addLast(tls, new WriteBatch());
    }
    connection = new Http1Connection(pool, channel);
    pipeline.addLast(connection.decoder, connection);
  }

  private void handshaken(Future<?> handshake) {
    if (handshake.isSuccess()) {
      succeeded();
    } else {
      failed(Failures.text(handshake.cause()));
    }
  }

  private void succeeded() {
    if (end() && connection != null) {
      pool.connected(connection, System.nanoTime() - started);
    }
  }

  private void tooLate() {
    failed("no connection within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
  }

  private void failed(String why) {
    if (end()) {
      if (connection != null) {
        var _ = connection.channel.close();
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
