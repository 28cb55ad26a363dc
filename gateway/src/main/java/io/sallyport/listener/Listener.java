package io.sallyport.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.edge.ExchangeHandler;
import io.sallyport.wire.Transport;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The two public ports: HTTPS, where every request becomes an exchange for the handler, and HTTP,
/// which only redirects.
///
/// Life: [#start], [#stopAccepting], [#drain], [#close]; each may be called again, by any thread.
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 4096;

  private final Front front;
  private final Transport transport;
  private final Channel https;
  private final @Nullable Channel http;
  private @Nullable CompletableFuture<@Nullable Void> drained;

  private Listener(Front front, Transport transport, Channel https, @Nullable Channel http) {
    this.front = front;
    this.transport = transport;
    this.https = https;
    this.http = http;
  }

  /// The same, and nobody hears what becomes of connections.
  public static Listener start(
      ListenerSettings settings,
      Transport transport,
      Certificates certificates,
      ExchangeHandler handler,
      Predicate<String> bundleHosts) {
    return start(settings, transport, certificates, handler, bundleHosts, ListenerEvents.NONE);
  }

  /// Opens the ports; requests are handed over from the moment it returns.
  ///
  /// @param handler called on the connection's event loop
  /// @param bundleHosts whether a host (lower case, without port) is one that the HTTP port
  ///   redirects for; called on an event loop, must not block
  /// @throws UncheckedIOException when a port cannot be opened
  public static Listener start(
      ListenerSettings settings,
      Transport transport,
      Certificates certificates,
      ExchangeHandler handler,
      Predicate<String> bundleHosts,
      ListenerEvents events) {
    var front = new Front(settings, certificates, handler, events);
    Channel https =
        bind(
            front,
            transport,
            settings.httpsPort(),
            socket -> {
              socket.channel.pipeline().addLast("sni", new SniChooser(socket));
              socket.channel.pipeline().addLast("handshake", new Handshake(socket));
            });
    OptionalInt httpPort = settings.httpPort();
    if (httpPort.isEmpty()) {
      return new Listener(front, transport, https, null);
    }
    int publicPort = settings.publicPort() != 0 ? settings.publicPort() : port(https);
    try {
      Channel http =
          bind(
              front,
              transport,
              httpPort.getAsInt(),
              socket -> RedirectToHttps.configure(socket, publicPort, bundleHosts));
      return new Listener(front, transport, https, http);
    } catch (UncheckedIOException e) {
      https.close().awaitUninterruptibly();
      throw e;
    }
  }

  private static Channel bind(
      Front front, Transport transport, int port, Consumer<ClientSocket> configure) {
    InetAddress address = front.settings.bindAddress();
    var bound =
        new ServerBootstrap()
            .group(transport.eventLoops())
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(door(front, configure))
            .bind(new InetSocketAddress(address, port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var problem =
          new BindException(
              address.getHostAddress() + ":" + port + ": " + bound.cause().getMessage());
      problem.initCause(bound.cause());
      throw new UncheckedIOException(problem);
    }
    return bound.channel();
  }

  private static ChannelHandler door(Front front, Consumer<ClientSocket> configure) {
    return new ChannelInitializer<SocketChannel>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        InetSocketAddress remote = channel.remoteAddress();
        if (remote == null) {
          channel.close();
          return;
        }
        InetAddress source = remote.getAddress();
        switch (front.connections.enter(source, ClientSocket.isTrusted(front, source))) {
          case ENTERED -> {
            channel.closeFuture().addListener(_ -> front.connections.leave(source));
            configure.accept(new ClientSocket(front, channel));
          }
          case TOO_MANY -> turnAway(front, channel, ListenerEvents.Bound.ALL);
          case TOO_MANY_FROM_SOURCE -> turnAway(front, channel, ListenerEvents.Bound.SOURCE);
        }
      }
    };
  }

  private static void turnAway(Front front, Channel channel, ListenerEvents.Bound bound) {
    front.events.turnedAway(bound);
    channel.close();
  }

  /// The port that HTTPS is served on.
  public int httpsPort() {
    return port(https);
  }

  /// The port that redirects; empty when it is switched off.
  public OptionalInt httpPort() {
    return http == null ? OptionalInt.empty() : OptionalInt.of(port(http));
  }

  /// Connections that are open, on both ports.
  public int connections() {
    return front.connections.open();
  }

  /// Bytes of requests' bodies that were received and not yet passed on.
  public long bytesInFlight() {
    return front.bytesInFlight.now();
  }

  /// Takes no new connections; those that stand are served on.
  public void stopAccepting() {
    https.close().awaitUninterruptibly();
    if (http != null) {
      http.close().awaitUninterruptibly();
    }
  }

  /// Takes no new connections, tells HTTP/2 clients by GOAWAY and HTTP/1.1 clients by `Connection:
  /// close` to go elsewhere, lets the requests in flight finish, and closes connections that stay
  /// idle for a second more.
  ///
  /// @param most after this time what is still open is closed
  /// @return ends when no connection is open any more
  public synchronized CompletionStage<@Nullable Void> drain(Duration most) {
    if (drained == null) {
      stopAccepting();
      front.draining = true;
      onAllLoops(LoopWatch.Watched::drain);
      drained = new CompletableFuture<>();
      long deadline = System.nanoTime() + most.toNanos();
      look(transport.eventLoops().next(), deadline, drained);
    }
    return drained;
  }

  private void look(EventLoop loop, long deadline, CompletableFuture<@Nullable Void> whenDrained) {
    if (front.connections.open() == 0) {
      whenDrained.complete(null);
      return;
    }
    if (System.nanoTime() - deadline > 0) {
      onAllLoops(LoopWatch.Watched::close);
    }
    loop.schedule(() -> look(loop, deadline, whenDrained), 10, TimeUnit.MILLISECONDS);
  }

  /// Closes the ports and every connection at once.
  @Override
  public void close() {
    stopAccepting();
    front.draining = true;
    onAllLoops(LoopWatch.Watched::close);
  }

  private void onAllLoops(Consumer<LoopWatch.Watched> action) {
    front.watches().forEach((loop, watch) -> loop.execute(() -> watch.forEach(action)));
  }

  private static int port(Channel server) {
    return server.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
  }
}
