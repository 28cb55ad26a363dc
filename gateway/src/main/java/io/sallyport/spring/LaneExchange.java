package io.sallyport.spring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.bundle.Route;
import io.sallyport.edge.Carrier;
import io.sallyport.edge.PermittedExchange;
import io.sallyport.edge.RequestReceiver;
import io.sallyport.policy.Reason;
import io.sallyport.routing.RequestTarget;
import io.sallyport.routing.TargetReader;
import io.sallyport.routing.TargetReading;
import java.net.URI;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHeadResponseDecorator;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// One admitted exchange in the Spring lane, between our event loop and Spring's chain: the request
/// that Spring reads, the answer that it writes, and the only way out to a backend, [#carry].
///
/// What happens on this side happens on the exchange's event loop; Spring may call from any thread.
final class LaneExchange implements RequestReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(LaneExchange.class);
  private static final String ATTRIBUTE = LaneExchange.class.getName();

  private final PermittedExchange exchange;
  private final Carrier carrier;
  private final GatewayRoute route;
  private final NettyDataBufferFactory buffers;
  private final Pipe requestBody;
  private final LaneResponse response;
  private @Nullable Disposable running;
  private @Nullable Carriage carriage;
  private @Nullable AnswerBody answerBody;
  private boolean bodyAsked;
  private boolean answered;
  private boolean over;
  private boolean moved;
  private @Nullable Future<?> watch;
  private HttpHeaders requestTrailers = EmptyHttpHeaders.INSTANCE;

  LaneExchange(PermittedExchange exchange, Carrier carrier, GatewayRoute route) {
    this.exchange = exchange;
    this.carrier = carrier;
    this.route = route;
    this.buffers = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);
    this.requestBody = new Pipe(exchange.eventLoop(), buffers, exchange::consumed);
    this.response = new LaneResponse(this, buffers);
  }

  /// The lane's exchange that this is of; null when it is of none.
  static @Nullable LaneExchange of(ServerWebExchange spring) {
    return spring.getAttribute(ATTRIBUTE);
  }

  /// Makes [#of] find the exchange: the first thing that happens to it in Spring.
  static @Nullable LaneExchange enter(ServerWebExchange spring) {
    if (spring.getRequest() instanceof LaneRequest request) {
      spring.getAttributes().put(ATTRIBUTE, request.lane());
      return request.lane();
    }
    return null;
  }

  /// Sends it through the chain.
  void run(HttpHandler chain, Route.Forward forward) {
    exchange.receive(this);
    // The gateway has read them; a filter must not be able to pass them on.
    exchange.requestHeaders().remove(HttpHeaderNames.AUTHORIZATION);
    URI uri;
    try {
      uri = URI.create("https://" + authority() + carrier.target(exchange, forward));
    } catch (IllegalArgumentException e) {
      exchange.fail(Reason.MALFORMED_REQUEST, "not a URI (RFC 3986): " + e.getMessage());
      return;
    }
    var request = new LaneRequest(this, uri);
    ServerHttpResponse answer =
        exchange.inbound().method().equals("HEAD")
            ? new HttpHeadResponseDecorator(response)
            : response;
    watch();
    Disposable subscription =
        chain.handle(request, answer).subscribe(_ -> {}, this::broke, this::complete);
    if (over) {
      subscription.dispose();
    } else {
      running = subscription;
    }
  }

  /// A filter that never goes on must not keep an exchange for ever. Backends have time limits of
  /// their own: nothing may move for as long as one of them may be silent.
  private void watch() {
    Route.Timeouts timeouts = exchange.permit().route().timeouts();
    long most = timeouts.idle().plus(timeouts.firstByte()).toMillis();
    watch =
        exchange
            .eventLoop()
            .scheduleAtFixedRate(
                () -> {
                  if (moved) {
                    moved = false;
                  } else {
                    exchange.fail(Reason.UPSTREAM_TIMEOUT, "nothing moved among the filters");
                  }
                },
                most,
                most,
                TimeUnit.MILLISECONDS);
  }

  private String authority() {
    String host = exchange.requestHeaders().get(HttpHeaderNames.HOST);
    return host == null ? exchange.permit().target().host() : host;
  }

  PermittedExchange exchange() {
    return exchange;
  }

  GatewayRoute route() {
    return route;
  }

  // What Spring reads.

  Flux<DataBuffer> requestBody() {
    if (!exchange.hasBody()) {
      return Flux.empty();
    }
    return requestBody
        .flux()
        .doOnSubscribe(
            _ ->
                onLoop(
                    () -> {
                      if (!bodyAsked && !over) {
                        bodyAsked = true;
                        exchange.readBody(exchange.permit().route().maxBody());
                      }
                    }));
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    Carriage through = carriage;
    if (through != null && isTunnel()) {
      through.tunnelled(data, end);
      return;
    }
    moved = true;
    requestBody.put(data);
    if (end) {
      requestBody.end();
    }
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    requestTrailers = trailers;
    requestBody.end();
  }

  @Override
  public void broken(Reason reason, String detail) {
    exchange.fail(reason, detail);
  }

  // The way out.

  /// Carries what filters have made of the request to a backend. It goes where the permit says,
  /// with the method that was judged; a path that could be understood in two ways goes nowhere.
  Mono<Carriage.CarriedAnswer> carry(ServerHttpRequest changed, String target) {
    return Mono.create(
        sink -> {
          sink.onCancel(() -> onLoop(this::leave));
          onLoop(() -> carryNow(changed, target, sink));
        });
  }

  private void carryNow(
      ServerHttpRequest changed, String target, MonoSink<Carriage.CarriedAnswer> sink) {
    try {
      RequestTarget judged = exchange.permit().target();
      if (over) {
        sink.error(new CarriageFailed(Reason.INTERNAL, "the exchange is over"));
        return;
      }
      if (!changed.getMethod().name().equals(judged.method())) {
        sink.error(new CarriageFailed(Reason.INTERNAL, "a filter changed the method"));
        return;
      }
      switch (TargetReader.read(judged.method(), judged.host(), target)) {
        case TargetReading.Ambiguous(String why) ->
            sink.error(
                new CarriageFailed(Reason.INTERNAL, "a filter made an ambiguous path: " + why));
        case RequestTarget understood -> {
          moved = true;
          leave();
          var next =
              new Carriage(
                  exchange,
                  Fields.netty(changed.getHeaders()),
                  changed.getBody(),
                  () -> requestTrailers,
                  sink,
                  buffers);
          carriage = next;
          carrier.carry(next, understood.pathAndQuery());
        }
      }
    } catch (RuntimeException e) {
      sink.error(e);
    }
  }

  private void leave() {
    Carriage left = carriage;
    carriage = null;
    if (left != null) {
      left.cancel();
    }
  }

  // What Spring writes.

  /// Sends the answer's body, and its head before the first of it.
  Mono<Void> answer(Flux<? extends DataBuffer> body) {
    return Mono.create(
        sink -> {
          var writing = new AnswerBody(sink);
          sink.onCancel(writing);
          body.subscribe(writing);
        });
  }

  private boolean head(boolean end) {
    HttpStatusCode said = response.getStatusCode();
    int status = said == null ? 200 : said.value();
    boolean tunnel = isTunnel();
    if (tunnel ? status != 101 || end : status < 200) {
      exchange.fail(Reason.INTERNAL, "a filter made the status " + status);
      return false;
    }
    if (tunnel) {
      // The connection to the backend watches the time from now on.
      stopWatching();
    }
    HttpHeaders fields = Fields.netty(response.getHeaders());
    answered = true;
    carrier.answer(exchange, status, fields, end);
    return !over;
  }

  private boolean isTunnel() {
    Carriage from = carriage;
    return from != null && from.isTunnel();
  }

  /// Spring is done.
  private void complete() {
    onLoop(
        () -> {
          try {
            if (!answered && !over) {
              head(true);
            }
          } catch (RuntimeException e) {
            broke(e);
          }
        });
  }

  /// Spring, or a filter, could not answer. What a filter says with a status is its answer; what
  /// nobody expected is our mistake.
  void broke(Throwable error) {
    onLoop(
        () -> {
          if (over) {
            return;
          }
          switch (error) {
            case CarriageFailed failed -> exchange.fail(failed.reason(), failed.detail());
            case ErrorResponse meant when !answered -> refused(meant);
            default -> {
              LOG.error("decision {}: a filter broke", exchange.decisionId(), error);
              exchange.fail(Reason.INTERNAL, "a filter broke: " + error);
            }
          }
        });
  }

  private void refused(ErrorResponse meant) {
    answered = true;
    try {
      int status = meant.getStatusCode().value();
      carrier.answer(exchange, status, Fields.netty(meant.getHeaders()), true);
    } catch (RuntimeException e) {
      LOG.error("decision {}: a filter's answer cannot be sent", exchange.decisionId(), e);
      exchange.fail(Reason.INTERNAL, "a filter's answer cannot be sent: " + e);
    }
  }

  @Override
  public void writable() {
    AnswerBody writing = answerBody;
    if (writing != null) {
      writing.more();
    }
  }

  @Override
  public void aborted() {
    end();
    Disposable stopped = running;
    if (stopped != null) {
      stopped.dispose();
    }
  }

  @Override
  public void finished() {
    end();
  }

  private void end() {
    over = true;
    stopWatching();
    leave();
    if (exchange.hasBody()) {
      requestBody.abandon();
    }
  }

  private void stopWatching() {
    Future<?> watching = watch;
    if (watching != null) {
      watching.cancel(false);
    }
  }

  private void onLoop(Runnable action) {
    if (exchange.eventLoop().inEventLoop()) {
      action.run();
    } else {
      exchange.eventLoop().execute(action);
    }
  }

  /// The answer's body, a buffer at a time while the client takes it. One that is not as long as
  /// the head says would make the client take the next answer for this one's rest: it is cut off.
  private final class AnswerBody extends BaseSubscriber<DataBuffer> {
    private final MonoSink<Void> done;
    private long promised = -1;
    private boolean begun;
    private boolean waits;

    AnswerBody(MonoSink<Void> done) {
      this.done = done;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(1);
    }

    @Override
    protected void hookOnNext(DataBuffer buffer) {
      ByteBuf data = NettyDataBufferFactory.toByteBuf(buffer);
      onLoop(() -> next(data));
    }

    private void next(ByteBuf data) {
      int bytes = data.readableBytes();
      try {
        if (over) {
          data.release();
        } else if ((bytes > 0 || isTunnel()) && !isBegun()) {
          data.release();
        } else if (bytes == 0) {
          data.release();
          request(1);
        } else if (promised >= 0 && bytes > promised) {
          data.release();
          fail("a filter sent more of an answer than Content-Length says");
        } else {
          promised -= promised < 0 ? 0 : bytes;
          moved = true;
          exchange.data(data, false);
          waits = !exchange.writable();
          if (!waits) {
            request(1);
          }
        }
      } catch (RuntimeException e) {
        cancel();
        done.error(e);
      }
    }

    /// Whether the head was sent, now or before.
    private boolean isBegun() {
      if (!begun) {
        begun = true;
        answerBody = this;
        promised = response.getHeaders().getContentLength();
        return head(false);
      }
      return true;
    }

    void more() {
      if (waits && exchange.writable()) {
        waits = false;
        request(1);
      }
    }

    private void fail(String why) {
      cancel();
      done.error(new CarriageFailed(Reason.INTERNAL, why));
    }

    @Override
    protected void hookOnComplete() {
      onLoop(
          () -> {
            try {
              if (promised > 0) {
                fail("a filter sent less of an answer than Content-Length says");
                return;
              }
              if (!over) {
                sendEnd();
              }
              done.success();
            } catch (RuntimeException e) {
              done.error(e);
            }
          });
    }

    private void sendEnd() {
      Carriage from = carriage;
      if (!begun) {
        head(true);
      } else if (from != null && !from.trailers().isEmpty()) {
        exchange.trailers(from.trailers());
      } else {
        exchange.data(Unpooled.EMPTY_BUFFER, true);
      }
    }

    @Override
    protected void hookOnError(Throwable error) {
      done.error(error);
    }
  }
}
