package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.sallyport.bundle.Route;
import io.sallyport.upstream.UpstreamFailure.Kind;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request and its answer on an HTTP/1.1 connection.
///
/// The request and the answer end independently. The connection rests in the pool only when both
/// ended and nothing is left over; every other end closes it.
///
/// With the answer 101 to a request that asked for it the connection is a tunnel: bytes go both
/// ways as they are, and the connection's end is the answer's.
final class Http1Stream extends TimedStream {
  /// Bytes that the receiver may hold before reading stops; it goes on at half.
  static final int WINDOW = 128 * 1024;

  private static final int MAX_INTERIM = 10;

  private final Http1Pool pool;
  private final Route.Timeouts timeouts;
  private final Route.@Nullable Stream webSocket;

  /// Null when nothing more is told: the stream is over.
  private @Nullable UpstreamReceiver receiver;

  private @Nullable Http1Connection connection;
  private @Nullable Http1Request request;
  private @Nullable ChannelPromise headWritten;
  private boolean begun;
  private boolean beingCalled;
  private boolean requestEnded;
  private long deadline;
  private long lastByte;

  private int interims;
  private boolean interimEnds;
  private boolean answerBegun;
  private boolean answerEndTold;
  private boolean tunnel;
  private boolean closeDelimited;
  private boolean reusable;
  private int held;
  private boolean paused;

  Http1Stream(
      Http1Pool pool,
      Route.Timeouts timeouts,
      Route.@Nullable Stream webSocket,
      UpstreamReceiver receiver) {
    this.pool = pool;
    this.timeouts = timeouts;
    this.webSocket = webSocket;
    this.receiver = receiver;
  }

  // ---- the request ----

  @Override
  public void head(String method, String target, HttpHeaders headers, boolean end) {
    if (receiver == null) {
      return;
    }
    begun = true;
    pool.begin(this);
    deadline = pool.loop.deadline(connectNanos());
    requestEnded = end;
    try {
      request = new Http1Request(method, target, headers, end);
    } catch (IllegalArgumentException e) {
      failLater(new UpstreamFailure(Kind.BROKEN, true, "request refused: " + e.getMessage()));
      return;
    }
    beingCalled = true;
    pool.acquire(this);
    beingCalled = false;
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    Http1Request current = request;
    Http1Connection through = connection;
    if (tunnel && receiver != null && through != null) {
      lastByte = pool.loop.now();
      through.write(data);
      return;
    }
    if (receiver == null || requestEnded || current == null) {
      data.release();
      return;
    }
    int bytes = data.readableBytes();
    if (!current.takes(bytes, end)) {
      data.release();
      failLater(
          new UpstreamFailure(Kind.BROKEN, false, "request body differs from its Content-Length"));
      return;
    }
    requestEnded = end;
    write(current, data, end, EmptyHttpHeaders.INSTANCE);
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    Http1Request current = request;
    if (current == null || !current.chunked()) {
      // A body of known length has no place for them (RFC 9112 §7.1.2).
      data(Unpooled.EMPTY_BUFFER, true);
      return;
    }
    if (receiver == null || requestEnded) {
      return;
    }
    requestEnded = true;
    write(current, Unpooled.EMPTY_BUFFER, true, trailers);
  }

  private void write(Http1Request current, ByteBuf data, boolean end, HttpHeaders trailers) {
    Http1Connection carrier = connection;
    if (carrier == null) {
      current.frame(data.alloc(), data, end, trailers, current::keep);
      return;
    }
    lastByte = pool.loop.now();
    if (requestEnded) {
      deadline = pool.loop.deadline(timeouts.firstByte().toNanos());
    }
    current.frame(carrier.channel.alloc(), data, end, trailers, carrier::write);
  }

  @Override
  public boolean writable() {
    // Over: whatever comes is thrown away, and nobody need wait for that.
    return receiver == null || (connection != null && connection.channel.isWritable());
  }

  long connectNanos() {
    return timeouts.connect().toNanos();
  }

  /// A connection is there. The head goes out, and what of the body came before.
  void carriedBy(Http1Connection given) {
    Http1Request current = request;
    if (receiver == null || current == null) {
      throw new IllegalStateException("a connection for a stream that is over");
    }
    connection = given;
    given.carry(this, current.isHead());
    Channel channel = given.channel;
    lastByte = pool.loop.now();
    deadline = pool.loop.deadline(timeouts.firstByte().toNanos());
    ChannelPromise written = channel.newPromise();
    headWritten = written;
    given.write(current.head(channel.alloc()), written);
    ByteBuf kept;
    while ((kept = current.pollKept()) != null) {
      given.write(kept);
    }
    if (!beingCalled && channel.isWritable()) {
      tellWritable();
    }
  }

  void tellWritable() {
    UpstreamReceiver hearing = receiver;
    if (hearing != null && (tunnel || !requestEnded)) {
      hearing.writable();
    }
  }

  // ---- the answer ----

  void answerHead(HttpResponse response) {
    UpstreamReceiver hearing = receiver;
    if (hearing == null) {
      return;
    }
    lastByte = pool.loop.now();
    int status = response.status().code();
    if (status == 101 && webSocket != null && request != null) {
      switchProtocols(hearing, request, response.headers());
      return;
    }
    if (status < 200) {
      interim(hearing, status, response.headers());
      return;
    }
    AnswerFraming framing = AnswerFraming.of(response, request != null && request.isHead());
    switch (framing) {
      case AnswerFraming.Malformed(String why) -> fail(Kind.BROKEN, why);
      case AnswerFraming.Framed framed -> {
        answerBegun = true;
        closeDelimited = framed.closeDelimited();
        reusable = HttpUtil.isKeepAlive(response) && !closeDelimited;
        answerEndTold = framed.empty();
        pool.destination.state().answered(pool.destination.endpoint(), status);
        hearing.head(status, response.headers(), framed.empty());
      }
    }
  }

  /// The backend takes the WebSocket, and shows that it knows what it takes (RFC 6455 §4.2.2).
  private void switchProtocols(UpstreamReceiver hearing, Http1Request asked, HttpHeaders headers) {
    Http1Connection carrier = connection;
    if (carrier == null
        || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        || !asked.isAcceptedBy(headers)) {
      fail(Kind.BROKEN, "101 without what a WebSocket's answer must say");
      return;
    }
    answerBegun = true;
    tunnel = true;
    pool.destination.state().answered(pool.destination.endpoint(), 101);
    hearing.head(101, headers, false);
    carrier.becomeTunnel();
  }

  void tunnelled(ByteBuf data) {
    UpstreamReceiver hearing = receiver;
    if (hearing == null) {
      data.release();
      return;
    }
    lastByte = pool.loop.now();
    hold(data.readableBytes());
    hearing.data(data, false);
  }

  private void interim(UpstreamReceiver hearing, int status, HttpHeaders headers) {
    interimEnds = true;
    if (status == 101) {
      fail(Kind.BROKEN, "101 without an upgrade");
    } else if (++interims > MAX_INTERIM) {
      fail(Kind.BROKEN, "more than " + MAX_INTERIM + " interim answers");
    } else {
      hearing.informational(status, headers);
    }
  }

  void answerBody(HttpContent content) {
    UpstreamReceiver hearing = receiver;
    boolean last = content instanceof LastHttpContent;
    if (hearing == null || (last && interimEnds)) {
      interimEnds = false;
      content.release();
      return;
    }
    lastByte = pool.loop.now();
    ByteBuf data = content.content();
    if (!last) {
      hold(data.readableBytes());
      hearing.data(data, false);
      return;
    }
    Http1Connection carrier = connection;
    if (closeDelimited && carrier != null && !carrier.endIsCertain()) {
      content.release();
      fail(Kind.BROKEN, "the connection ended without saying so (close_notify)");
      return;
    }
    HttpHeaders trailers = ((LastHttpContent) content).trailingHeaders();
    finish();
    if (answerEndTold) {
      content.release();
    } else if (trailers.isEmpty()) {
      hearing.data(data, true);
    } else {
      if (data.isReadable()) {
        hearing.data(data, false);
      } else {
        data.release();
      }
      hearing.trailers(trailers);
    }
  }

  private void hold(int bytes) {
    held += bytes;
    if (held > WINDOW && !paused && connection != null) {
      paused = true;
      connection.channel.config().setAutoRead(false);
    }
  }

  @Override
  public void consumed(int bytes) {
    held -= bytes;
    lastByte = pool.loop.now();
    if (paused && held <= WINDOW / 2) {
      resume();
    }
  }

  private void resume() {
    paused = false;
    if (connection != null) {
      connection.channel.config().setAutoRead(true);
    }
  }

  /// The answer is complete. A request that is not is given up: the backend does not want it.
  private void finish() {
    Http1Connection carrier = leave();
    if (carrier == null) {
      return;
    }
    if (paused) {
      paused = false;
      carrier.channel.config().setAutoRead(true);
    }
    if (requestEnded && reusable) {
      carrier.rest();
    } else {
      carrier.abandon();
    }
  }

  // ---- the ends that are not good ----

  void broken(Throwable cause) {
    fail(Kind.BROKEN, Failures.text(cause));
  }

  /// The connection has ended under this stream.
  void connectionLost(Http1Connection lost, String why) {
    connection = null;
    if (tunnel && lost.endedWell()) {
      UpstreamReceiver hearing = receiver;
      leave();
      if (hearing != null) {
        hearing.data(Unpooled.EMPTY_BUFFER, true);
      }
      return;
    }
    Http1Request current = request;
    boolean unsent = headWritten != null && headWritten.isDone() && !headWritten.isSuccess();
    if (answerBegun) {
      fail(Kind.BROKEN, "the answer ended early: " + why);
    } else if (lost.decoder.answering() && interims == 0) {
      fail(Kind.BROKEN, "the answer ended within its head: " + why);
    } else if (unsent && lost.reused && current != null && current.bodiless()) {
      // It had died before we wrote: nobody need know.
      deadline = pool.loop.deadline(connectNanos());
      pool.acquire(this);
    } else {
      var failure = new UpstreamFailure(Kind.RESET_BEFORE_RESPONSE, unsent, why);
      if (lost.reused) {
        // A keep-alive that ended as we wrote says nothing about the endpoint's health.
        pool.destination.state().observed(pool.destination.endpoint(), failure);
      } else {
        pool.destination.state().failed(pool.destination.endpoint(), failure);
      }
      fail(failure);
    }
  }

  @Override
  void checkTime(long now) {
    if (connection == null) {
      if (now - deadline >= 0) {
        fail(
            new UpstreamFailure(
                Kind.CONNECT, true, "no connection within " + millis(connectNanos())));
      }
    } else if (requestEnded && !answerBegun) {
      if (now - deadline >= 0) {
        fail(Kind.FIRST_BYTE_TIMEOUT, "no answer within " + millis(timeouts.firstByte().toNanos()));
      }
    } else if (now - lastByte >= idleNanos() + LoopConnections.TICK) {
      var failure =
          new UpstreamFailure(Kind.IDLE_TIMEOUT, false, "no byte for " + millis(idleNanos()));
      // Either side may be to blame.
      pool.destination.state().observed(pool.destination.endpoint(), failure);
      fail(failure);
    }
  }

  private long idleNanos() {
    return (tunnel && webSocket != null ? webSocket.idle() : timeouts.idle()).toNanos();
  }

  private static String millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
  }

  @Override
  public void cancel() {
    if (answerEndTold && requestEnded) {
      // The exchange is complete but for the decoder's own word, which comes in this turn.
      return;
    }
    Http1Connection carrier = leave();
    if (carrier != null) {
      if (tunnel) {
        // The client's last words, which may be that it closes.
        carrier.flush.now();
      }
      carrier.abandon();
    }
  }

  private void fail(Kind kind, String why) {
    var failure = new UpstreamFailure(kind, false, why);
    pool.destination.state().failed(pool.destination.endpoint(), failure);
    fail(failure);
  }

  /// Ends the stream and tells the receiver.
  void fail(UpstreamFailure failure) {
    UpstreamReceiver hearing = receiver;
    Http1Connection carrier = leave();
    if (carrier != null) {
      carrier.abandon();
    }
    if (hearing != null) {
      hearing.failed(failure);
    }
  }

  /// The same, after the call that is going on has returned.
  void failLater(UpstreamFailure failure) {
    pool.loop.eventLoop().execute(() -> fail(failure));
  }

  @Override
  boolean over() {
    return receiver == null;
  }

  /// Stops being told anything and lets go of everything but the connection, which is returned.
  private @Nullable Http1Connection leave() {
    if (receiver == null) {
      return null;
    }
    receiver = null;
    if (begun) {
      pool.end(this);
    }
    if (request != null) {
      request.drop();
    }
    Http1Connection carrier = connection;
    connection = null;
    if (carrier == null) {
      pool.forget(this);
    }
    return carrier;
  }
}
