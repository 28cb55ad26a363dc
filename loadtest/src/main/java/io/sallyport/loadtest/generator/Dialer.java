package io.sallyport.loadtest.generator;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslClientContext;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.sallyport.wire.Transport;
import java.net.InetAddress;
import javax.net.ssl.SSLException;

/// Opens connections to a target, with TLS 1.3 by BoringSSL and every certificate trusted. Closing
/// it closes what it opened.
///
/// The key exchange is X25519 and nothing else, so that every proxy is asked for the same work:
/// some do a post-quantum one when a client offers it, some cannot.
final class Dialer implements AutoCloseable {
  private static final String GROUP = "X25519";
  private static final int CONNECT_MILLIS = 5_000;

  private final Target target;
  private final SslContext tls;
  private final RequestBytes request;
  private final FieldBlock fields;
  private final Transport transport = Transport.start(1, "load");
  private final ChannelGroup opened = new DefaultChannelGroup(transport.eventLoops().next());
  private final Bootstrap bootstrap;

  Dialer(Target target) {
    this.target = target;
    tls = tls(target.protocol(), false);
    request = new RequestBytes(target);
    fields = new FieldBlock(target);
    if (fields.tableSize() > FieldBlock.DEFAULT_TABLE) {
      throw new IllegalArgumentException("path and headers: together less than 4 KiB");
    }
    bootstrap = bootstrap(transport);
  }

  /// @param resume whether sessions are kept, and used again where server name and port are the
  ///   same
  static SslContext tls(Protocol protocol, boolean resume) {
    if (!OpenSsl.isAvailable()) {
      throw new IllegalStateException(
          "BoringSSL does not load here", OpenSsl.unavailabilityCause());
    }
    try {
      SslContext context =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.OPENSSL)
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .endpointIdentificationAlgorithm("")
              .protocols("TLSv1.3")
              .option(OpenSslContextOption.GROUPS, new String[] {GROUP})
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      ApplicationProtocolConfig.Protocol.ALPN,
                      ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                      ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                      protocol.alpn()))
              .build();
      ((OpenSslClientContext) context).sessionContext().setSessionCacheEnabled(resume);
      return context;
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS client", e);
    }
  }

  static Bootstrap bootstrap(Transport transport) {
    return new Bootstrap()
        .group(transport.eventLoops())
        .channel(transport.clientChannel())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .remoteAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /// Begins to open a connection. The work hears `opened` or `closed`.
  ///
  /// @param mostStreams at a time, for HTTP/2
  void open(Work work, int mostStreams) {
    Connection connection =
        switch (target.protocol()) {
          case H1 -> new Http1Connection(work, request);
          case H2 -> new Http2Connection(work, fields, mostStreams);
        };
    ChannelFuture connecting =
        bootstrap
            .clone()
            .remoteAddress(InetAddress.getLoopbackAddress(), target.port())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    opened.add(channel);
                    ByteBufAllocator allocator = channel.alloc();
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(allocator, target.serverName(), target.port()))
                        .addLast(connection);
                  }
                })
            .connect();
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            connection.neverConnected(done.cause());
          }
        });
  }

  /// Where everything of this dialer happens.
  io.netty.channel.EventLoop loop() {
    return transport.eventLoops().next();
  }

  @Override
  public void close() {
    // Loops that end at once may leave a channel open: each is closed first, with close_notify.
    opened.close().awaitUninterruptibly(CONNECT_MILLIS);
    transport.close();
  }
}
