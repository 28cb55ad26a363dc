package io.sallyport.spring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.admission.Inbound;
import io.sallyport.admission.Permit;
import io.sallyport.bundle.Upstream;
import io.sallyport.edge.Peer;
import io.sallyport.edge.PermittedExchange;
import io.sallyport.edge.RequestReceiver;
import io.sallyport.policy.Reason;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;

/// A request that filters have changed, on its way to a backend: an exchange whose client is
/// Spring. Its permit, its peer and its record are those of the exchange that was admitted.
///
/// Lives on that exchange's event loop.
final class Carriage implements PermittedExchange {
  /// Of an answer, received and not taken, before the backend is made to wait.
  private static final int WINDOW = 64 * 1024;

  private final PermittedExchange admitted;
  private final HttpHeaders fields;
  private final boolean hasBody;
  private final Upload upload;
  private final Supplier<HttpHeaders> requestTrailers;
  private final MonoSink<CarriedAnswer> answer;
  private final NettyDataBufferFactory buffers;
  private final Pipe answerBody;
  private @Nullable RequestReceiver receiver;
  private Stage stage = Stage.AWAITED;
  private boolean tunnel;
  private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;

  private enum Stage {
    AWAITED,
    BEGUN,
    OVER
  }

  /// A backend's answer.
  record CarriedAnswer(int status, HttpHeaders fields, Carriage carriage) {
    Flux<DataBuffer> body() {
      Flux<DataBuffer> body = carriage.answerBody.flux();
      // Spring sends a head when the first of a body is there, and the client waits for the head
      // before it says what the backend waits for.
      return carriage.tunnel ? body.startWith(carriage.buffers.wrap(Unpooled.EMPTY_BUFFER)) : body;
    }
  }

  /// @param fields as filters left them; nobody else has them
  /// @param body as filters left it
  /// @param requestTrailers the client's; asked when the body is through
  Carriage(
      PermittedExchange admitted,
      HttpHeaders fields,
      Flux<DataBuffer> body,
      Supplier<HttpHeaders> requestTrailers,
      MonoSink<CarriedAnswer> answer,
      NettyDataBufferFactory buffers) {
    this.admitted = admitted;
    this.fields = fields;
    long length = Fields.contentLength(fields);
    this.hasBody = length > 0 || (length < 0 && admitted.hasBody());
    this.upload = new Upload(body, length);
    this.requestTrailers = requestTrailers;
    this.answer = answer;
    this.buffers = buffers;
    this.answerBody = new Pipe(admitted.eventLoop(), buffers, _ -> taken());
  }

  /// The trailers that came after the answer's body.
  HttpHeaders trailers() {
    return trailers;
  }

  /// Whether the backend has taken a WebSocket. Filters see its answer's head and nothing of what
  /// the client sends: that goes to the backend as it is.
  boolean isTunnel() {
    return tunnel;
  }

  /// Hands on what the client sends into the tunnel.
  void tunnelled(ByteBuf data, boolean end) {
    if (stage == Stage.BEGUN) {
      carrier().data(data, end);
    } else {
      int bytes = data.readableBytes();
      data.release();
      admitted.consumed(bytes);
    }
  }

  /// Nobody waits for the answer any more.
  void cancel() {
    if (stage != Stage.OVER) {
      stop();
    }
    answerBody.abandon();
  }

  private void stop() {
    stage = Stage.OVER;
    upload.cancel();
    RequestReceiver stopped = receiver;
    receiver = null;
    if (stopped != null) {
      stopped.aborted();
    }
  }

  private void taken() {
    RequestReceiver carrier = receiver;
    if (carrier != null && writable()) {
      carrier.writable();
    }
  }

  private RequestReceiver carrier() {
    return Objects.requireNonNull(receiver, "receiver");
  }

  // From the way to the backend.

  @Override
  public void receive(RequestReceiver carrier) {
    receiver = carrier;
  }

  @Override
  public void readBody(long maxBody) {
    upload.begin();
  }

  @Override
  public void consumed(int bytes) {
    if (tunnel) {
      admitted.consumed(bytes);
    } else {
      upload.consumed(bytes);
    }
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    admitted.informational(status, headers);
  }

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    if (stage != Stage.AWAITED) {
      return;
    }
    stage = Stage.BEGUN;
    tunnel = status == 101;
    if (end) {
      ended();
    }
    answer.success(new CarriedAnswer(status, headers, this));
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    if (stage != Stage.BEGUN) {
      data.release();
      return;
    }
    answerBody.put(data);
    if (end) {
      ended();
    }
  }

  @Override
  public void trailers(HttpHeaders after) {
    if (stage == Stage.BEGUN) {
      trailers = after;
      ended();
    }
  }

  private void ended() {
    stage = Stage.OVER;
    receiver = null;
    upload.cancel();
    answerBody.end();
  }

  @Override
  public boolean writable() {
    return answerBody.waiting() < WINDOW;
  }

  @Override
  public void abort() {
    fail(Reason.INTERNAL, "aborted");
  }

  @Override
  public void fail(Reason reason, String detail) {
    Stage before = stage;
    if (before == Stage.OVER) {
      return;
    }
    stop();
    var failure = new CarriageFailed(reason, detail);
    switch (before) {
      case AWAITED -> answer.error(failure);
      case BEGUN -> answerBody.fail(failure);
      case OVER -> {}
    }
  }

  // Of the exchange that was admitted.

  @Override
  public Permit permit() {
    return admitted.permit();
  }

  @Override
  public String decisionId() {
    return admitted.decisionId();
  }

  @Override
  public void tracedAs(String traceId) {
    admitted.tracedAs(traceId);
  }

  @Override
  public void triedAt(Upstream.Endpoint endpoint) {
    admitted.triedAt(endpoint);
  }

  @Override
  public void backendAnswered() {
    admitted.backendAnswered();
  }

  @Override
  public EventLoop eventLoop() {
    return admitted.eventLoop();
  }

  @Override
  public Inbound inbound() {
    return admitted.inbound();
  }

  @Override
  public HttpHeaders requestHeaders() {
    return fields;
  }

  @Override
  public boolean hasBody() {
    return hasBody;
  }

  @Override
  public String protocol() {
    return admitted.protocol();
  }

  @Override
  public Peer peer() {
    return admitted.peer();
  }

  /// The body on its way to the backend, a buffer at a time. A body that is not as long as its
  /// fields say would make the backend see another request than the one that was sent: it is cut
  /// off.
  private final class Upload extends BaseSubscriber<DataBuffer> {
    private final Flux<DataBuffer> body;
    private long promised;
    private int unconsumed;

    Upload(Flux<DataBuffer> body, long promised) {
      this.body = body;
      this.promised = promised;
    }

    void begin() {
      body.subscribe(this);
    }

    void consumed(int bytes) {
      unconsumed -= bytes;
      if (unconsumed == 0) {
        request(1);
      }
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(1);
    }

    @Override
    protected void hookOnNext(DataBuffer buffer) {
      ByteBuf data = NettyDataBufferFactory.toByteBuf(buffer);
      if (eventLoop().inEventLoop()) {
        next(data);
      } else {
        eventLoop().execute(() -> next(data));
      }
    }

    private void next(ByteBuf data) {
      int bytes = data.readableBytes();
      if (stage == Stage.OVER) {
        data.release();
      } else if (bytes == 0) {
        data.release();
        request(1);
      } else if (promised >= 0 && bytes > promised) {
        data.release();
        fail(Reason.INTERNAL, "a filter sent more of a body than Content-Length says");
      } else {
        promised -= promised < 0 ? 0 : bytes;
        unconsumed += bytes;
        carrier().data(data, false);
      }
    }

    @Override
    protected void hookOnComplete() {
      onLoop(
          () -> {
            if (promised > 0) {
              fail(Reason.INTERNAL, "a filter sent less of a body than Content-Length says");
            } else {
              end();
            }
          });
    }

    private void end() {
      HttpHeaders after = requestTrailers.get();
      if (after.isEmpty()) {
        carrier().data(Unpooled.EMPTY_BUFFER, true);
      } else {
        carrier().trailers(after);
      }
    }

    @Override
    protected void hookOnError(Throwable error) {
      onLoop(() -> fail(Reason.INTERNAL, "a filter broke the request's body: " + error));
    }

    private void onLoop(Runnable action) {
      if (eventLoop().inEventLoop()) {
        unlessOver(action);
      } else {
        eventLoop().execute(() -> unlessOver(action));
      }
    }

    private void unlessOver(Runnable action) {
      if (stage != Stage.OVER) {
        action.run();
      }
    }
  }
}
