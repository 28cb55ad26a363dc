package io.sallyport.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.HttpToHttp2ConnectionHandlerBuilder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.bundle.Upstream;
import io.sallyport.upstream.EndpointStatus.Health;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks one endpoint again and again whether it is well, each time on a connection of its own, so
/// that accepting connections is asked too. 2xx within a second, or the interval when that is
/// shorter, is well. Everything happens on one event loop.
///
/// It carries nothing of a client, and so needs no permit.
final class HealthCheck {
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final UpstreamState upstream;
  private final Destination destination;
  private final Upstream.ActiveHealth rules;
  private final EventLoop loop;
  private final Bootstrap connector;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable Channel channel;
  private boolean stopped;
  private int inRow;
  private boolean lastWasWell;

  HealthCheck(
      UpstreamState upstream,
      Destination destination,
      Upstream.ActiveHealth rules,
      EventLoop loop,
      Bootstrap connector) {
    this.upstream = upstream;
    this.destination = destination;
    this.rules = rules;
    this.loop = loop;
    this.connector =
        connector.clone(loop).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis());
  }

  /// Whether going on with this one is as good as beginning another.
  boolean sameAs(Destination other, Upstream.ActiveHealth otherRules) {
    return destination == other && rules.equals(otherRules);
  }

  void start() {
    // Not all at once, when a bundle brings hundreds.
    schedule(ThreadLocalRandom.current().nextLong(1 + Math.min(100, rules.every().toMillis())));
  }

  void stop() {
    loop.execute(
        () -> {
          stopped = true;
          if (timer != null) {
            timer.cancel(false);
          }
          if (channel != null) {
            var _ = channel.close();
          }
        });
  }

  private long millis() {
    return Math.max(1, (rules.every().compareTo(LONGEST) < 0 ? rules.every() : LONGEST).toMillis());
  }

  private void schedule(long delayMillis) {
    timer = loop.schedule(this::ask, delayMillis, TimeUnit.MILLISECONDS);
  }

  private void ask() {
    if (!stopped) {
      new Asking().begin();
    }
  }

  private void heard(boolean well, String what) {
    channel = null;
    if (stopped) {
      return;
    }
    inRow = well == lastWasWell ? inRow + 1 : 1;
    lastWasWell = well;
    if (inRow >= (well ? rules.healthyAfter() : rules.unhealthyAfter())
        && destination.state().down(!well)) {
      upstream.changed(
          destination.state(),
          destination.endpoint(),
          well ? Health.WELL : Health.DOWN,
          inRow + " checks in a row of " + rules.path() + ", last: " + what);
    }
    long every = rules.every().toMillis();
    long jitter = every / 10;
    schedule(Math.max(1, every - jitter + ThreadLocalRandom.current().nextLong(1 + 2 * jitter)));
  }

  /// One question and its answer.
  private final class Asking extends SimpleChannelInboundHandler<HttpObject> {
    private @Nullable ScheduledFuture<?> limit;
    private boolean over;

    void begin() {
      limit =
          loop.schedule(
              () -> end(false, "no answer within " + millis() + " ms"),
              millis(),
              TimeUnit.MILLISECONDS);
      connector
          .clone()
          .handler(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel opened) {
                  channel = opened;
                  BackendTls tls = destination.tls();
                  if (tls != null) {
                    SslHandler handler = tls.newHandler(opened.alloc(), destination.endpoint());
                    opened.pipeline().addLast(handler);
                  }
                  switch (destination.protocol()) {
                    case H1 -> opened.pipeline().addLast(new HttpClientCodec());
                    case H2, H2C -> opened.pipeline().addLast(http2(tls != null));
                  }
                  opened.pipeline().addLast(Asking.this);
                }
              })
          .connect(destination.address())
          .addListener(
              done -> {
                if (!done.isSuccess()) {
                  end(false, Failures.text(done.cause()));
                }
              });
    }

    /// Writes what [#channelActive] asks as HTTP/2, and hears the head of the answer itself.
    private ChannelHandler http2(boolean secure) {
      return new HttpToHttp2ConnectionHandlerBuilder()
          .connection(new DefaultHttp2Connection(false))
          .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
          .httpScheme(secure ? HttpScheme.HTTPS : HttpScheme.HTTP)
          .frameListener(new Http2Answer())
          .gracefulShutdownTimeoutMillis(0)
          .build();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      var request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.GET, rules.path(), Unpooled.EMPTY_BUFFER);
      request
          .headers()
          .set(HttpHeaderNames.HOST, destination.endpoint().address())
          .set(HttpHeaderNames.USER_AGENT, "sallyport-health")
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      var _ = ctx.writeAndFlush(request);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent shaken
          && shaken.isSuccess()
          && destination.protocol() == Upstream.Protocol.H2
          && !ApplicationProtocolNames.HTTP_2.equals(
              ctx.pipeline().get(SslHandler.class).applicationProtocol())) {
        end(false, "TLS: the backend did not agree to HTTP/2 (ALPN)");
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (message.decoderResult().isFailure()) {
        end(false, "not HTTP");
      } else if (message instanceof HttpResponse answer && answer.status().code() >= 200) {
        answered(answer.status().code());
      }
    }

    private void answered(int status) {
      end(status >= 200 && status < 300, "answered " + status);
    }

    /// What of HTTP/2 says how the endpoint is.
    private final class Http2Answer extends Http2FrameAdapter {
      @Override
      public void onHeadersRead(
          ChannelHandlerContext ctx,
          int streamId,
          Http2Headers headers,
          int streamDependency,
          short weight,
          boolean exclusive,
          int padding,
          boolean last) {
        onHeadersRead(ctx, streamId, headers, padding, last);
      }

      @Override
      public void onHeadersRead(
          ChannelHandlerContext ctx,
          int streamId,
          Http2Headers headers,
          int padding,
          boolean last) {
        int status = HttpResponseStatus.parseLine(headers.status()).code();
        if (status >= 200) {
          answered(status);
        }
      }

      @Override
      public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        end(false, "reset without an answer");
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end(false, "closed without an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      end(false, Failures.text(cause));
    }

    private void end(boolean well, String what) {
      if (over) {
        return;
      }
      over = true;
      if (limit != null) {
        limit.cancel(false);
      }
      if (channel != null) {
        var _ = channel.close();
      }
      heard(well, what);
    }
  }
}
