package io.sallyport.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.policy.Reason;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The HTTP port: a request for a host of the bundle is sent to the same target over HTTPS (308),
/// any other is answered 421, and one that cannot be understood 400 or 431. One request for each
/// connection, no body is read, and the location is spelt from the canonical target, never copied.
final class RedirectToHttps extends ChannelInboundHandlerAdapter implements LoopWatch.Watched {
  private final ClientSocket socket;
  private final H1Decoder decoder;
  private final String port;
  private final Predicate<String> bundleHosts;
  private final long deadline;
  private boolean answered;

  private RedirectToHttps(
      ClientSocket socket, H1Decoder decoder, int publicPort, Predicate<String> bundleHosts) {
    this.socket = socket;
    this.decoder = decoder;
    this.port = publicPort == 443 ? "" : ":" + publicPort;
    this.bundleHosts = bundleHosts;
    this.deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(socket.front.settings.bounds().header().toMillis());
  }

  static void configure(ClientSocket socket, int publicPort, Predicate<String> bundleHosts) {
    var decoder = new H1Decoder(socket.front.settings.bounds());
    socket.channel.pipeline().addLast("h1-decoder", decoder);
    socket.channel.pipeline().addLast("h1-encoder", new H1Encoder());
    socket
        .channel
        .pipeline()
        .addLast("redirect", new RedirectToHttps(socket, decoder, publicPort, bundleHosts));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    socket.watch.add(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    socket.watch.remove(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
    if (message instanceof HttpRequest request && !answered) {
      answered = true;
      decoder.discard();
      int most = socket.front.settings.bounds().headerCount();
      switch (H1Head.read(request, decoder.underscore(), most)) {
        case H1Head.Refused(Reason reason, String _) -> answer(ctx, reason.status(), null);
        case H1Head.Understood(String host, long _) -> answer(ctx, request, host);
      }
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest request, String authority) {
    switch (TargetReader.read(request.method().name(), authority, request.uri())) {
      case TargetReading.Ambiguous _ -> answer(ctx, Reason.AMBIGUOUS_TARGET.status(), null);
      case RequestTarget target -> {
        if (bundleHosts.test(target.host())) {
          answer(ctx, 308, "https://" + target.host() + port + target.pathAndQuery());
        } else {
          answer(ctx, Reason.UNKNOWN_HOST.status(), null);
        }
      }
    }
  }

  private static void answer(ChannelHandlerContext ctx, int status, @Nullable String location) {
    var answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.EMPTY_BUFFER);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
    answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (location != null) {
      answer.headers().set(HttpHeaderNames.LOCATION, location);
    }
    ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void tick(long now) {
    if (now - deadline > 0) {
      close();
    }
  }

  @Override
  public void drain() {
    if (!answered) {
      close();
    }
  }

  @Override
  public void close() {
    socket.channel.close();
  }
}
