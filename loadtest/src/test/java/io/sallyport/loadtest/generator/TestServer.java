package io.sallyport.loadtest.generator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.wire.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A server with TLS 1.3, HTTP/1.1 and HTTP/2 that answers as a test says.
final class TestServer implements AutoCloseable {
  /// What a request said.
  record Asked(String path, @Nullable String authorization, String host) {}

  /// How a test answers.
  interface Answers {
    /// The status, when it is time; a body of that many bytes comes with it.
    CompletableFuture<Integer> to(Asked asked);
  }

  private static final int BODY = 20_000;

  private final Transport transport = Transport.start(1, "server");
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger resumed = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Answers answers;
  private final Channel listening;
  private boolean closing;

  private TestServer(Answers answers) throws Exception {
    this.answers = answers;
    SslContext tls = tls();
    listening =
        new ServerBootstrap()
            .group(transport.eventLoops())
            .channel(transport.serverChannel())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    accepted.incrementAndGet();
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Negotiated());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
  }

  static TestServer answering(Answers answers) throws Exception {
    return new TestServer(answers);
  }

  static TestServer answering(int status) throws Exception {
    return new TestServer(asked -> CompletableFuture.completedFuture(status));
  }

  /// Ends each HTTP/1.1 connection after an answer.
  TestServer closingAfterEachAnswer() {
    closing = true;
    return this;
  }

  private static SslContext tls() throws Exception {
    var certificate =
        DevelopmentCa.create(Duration.ofDays(1))
            .issue("localhost", List.of("localhost"), Duration.ofHours(1));
    return SslContextBuilder.forServer(certificate.key(), certificate.chain())
        .sslProvider(SslProvider.OPENSSL)
        .protocols("TLSv1.3")
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  Target target(Protocol protocol) {
    return new Target(port(), "localhost", "/x", protocol, List.of(), 200);
  }

  /// What was asked, in the order in which it came.
  List<Asked> asked() {
    return asked;
  }

  int openConnections() {
    return connections.size();
  }

  int acceptedConnections() {
    return accepted.get();
  }

  /// How many handshakes resumed a session, as the server sees it.
  int resumedSessions() {
    return resumed.get();
  }

  void endConnections() {
    connections.close();
  }

  @Override
  public void close() {
    // Loops that end at once may leave a socket listening.
    listening.close().syncUninterruptibly();
    connections.close().awaitUninterruptibly();
    transport.close();
  }

  private final class Negotiated extends ApplicationProtocolNegotiationHandler {
    Negotiated() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      ChannelPipeline pipeline = ctx.pipeline();
      var engine = (ReferenceCountedOpenSslEngine) pipeline.get(SslHandler.class).engine();
      resumed.addAndGet(SSL.isSessionReused(engine.sslPointer()) ? 1 : 0);
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        pipeline.addLast(
            Http2FrameCodecBuilder.forServer().build(),
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream
                        .pipeline()
                        .addLast(
                            new Http2StreamFrameToHttpObjectCodec(true),
                            new HttpObjectAggregator(1024),
                            new Answering());
                  }
                }));
      } else {
        pipeline.addLast(new HttpServerCodec(), new HttpObjectAggregator(1024), new Answering());
      }
    }
  }

  private final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      var headers = request.headers();
      var one =
          new Asked(
              request.uri(),
              headers.get(HttpHeaderNames.AUTHORIZATION),
              headers.get(HttpHeaderNames.HOST));
      asked.add(one);
      answers
          .to(one)
          .thenAcceptAsync(
              status -> {
                var response =
                    new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        ctx.alloc().buffer().writeZero(BODY));
                HttpUtil.setContentLength(response, BODY);
                response.headers().set("x-count", asked.size());
                HttpUtil.setKeepAlive(response, !closing);
                ctx.writeAndFlush(response)
                    .addListener(
                        written -> {
                          if (closing) {
                            ctx.close();
                          }
                        });
              },
              ctx.executor());
    }
  }
}
