package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import io.sallyport.bundle.Route;
import io.sallyport.upstream.UpstreamFailure.Kind;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request and its answer as a stream of HTTP/2.
///
/// The backend may send as much of a body as the stream's window allows; window is given back for
/// what the receiver has consumed, and for nothing else. The request's body is written while the
/// stream's window and the socket take it. The request and the answer end independently; a stream
/// that does not end well is reset, and the connection goes on.
final class H2Stream extends TimedStream {
  private static final int MAX_INTERIM = 10;

  /// How many connections may turn out to have been on their way out before one carries it.
  private static final int MOST_CARRIERS = 3;

  private final H2Pool pool;
  private final Route.Timeouts timeouts;

  /// Null when nothing more is told: the stream is over.
  private @Nullable UpstreamReceiver receiver;

  private @Nullable H2Connection connection;
  private @Nullable Http2Stream stream;
  private @Nullable H2Request request;
  private @Nullable Future<?> headWritten;
  private boolean begun;
  private boolean beingCalled;
  private boolean requestEnded;
  private boolean bodyTouched;
  private int carriers;
  private long begunAt;
  private long deadline;
  private long lastByte;

  private int interims;
  private boolean answerBegun;
  private boolean bodyless;
  private long stillToCome = -1;

  H2Stream(H2Pool pool, Route.Timeouts timeouts, UpstreamReceiver receiver) {
    this.pool = pool;
    this.timeouts = timeouts;
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
      request = new H2Request(method, target, headers, end);
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
    H2Request current = request;
    if (receiver == null || requestEnded || current == null) {
      data.release();
      return;
    }
    if (!current.takes(data.readableBytes(), end)) {
      data.release();
      differs();
      return;
    }
    requestEnded = end;
    if (connection == null || stream == null) {
      current.keep(data);
    } else if (data.isReadable() || end) {
      beingCalled = true;
      write(connection, stream, data, end);
      beingCalled = false;
    } else {
      data.release();
    }
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    H2Request current = request;
    if (receiver == null || requestEnded || current == null) {
      return;
    }
    if (trailers.isEmpty()) {
      data(Unpooled.EMPTY_BUFFER, true);
    } else if (!current.takes(0, true)) {
      differs();
    } else {
      requestEnded = true;
      if (connection == null || stream == null) {
        current.keep(trailers);
      } else {
        beingCalled = true;
        write(connection, stream, trailers);
        beingCalled = false;
      }
    }
  }

  private void differs() {
    failLater(
        new UpstreamFailure(Kind.BROKEN, false, "request body differs from its Content-Length"));
  }

  private void write(H2Connection carrier, Http2Stream to, ByteBuf data, boolean end) {
    bodyTouched = true;
    written();
    carrier.writeData(to, data, end);
  }

  private void write(H2Connection carrier, Http2Stream to, HttpHeaders trailers) {
    bodyTouched = true;
    written();
    carrier.writeTrailers(to, H2RequestFields.trailers(trailers));
  }

  private void written() {
    lastByte = pool.loop.now();
    if (requestEnded) {
      deadline = pool.loop.deadline(timeouts.firstByte().toNanos());
    }
  }

  @Override
  public boolean writable() {
    // Over: whatever comes is thrown away, and nobody need wait for that.
    return receiver == null
        || (connection != null && stream != null && connection.writable(stream));
  }

  long connectNanos() {
    return timeouts.connect().toNanos();
  }

  /// A connection is there. The head goes out, and what of the body came before.
  void carriedBy(H2Connection given) {
    H2Request current = request;
    if (receiver == null || current == null) {
      throw new IllegalStateException("a connection for a stream that is over");
    }
    boolean called = beingCalled;
    beingCalled = true;
    connection = given;
    carriers++;
    begunAt = pool.loop.now();
    deadline = pool.loop.deadline(timeouts.firstByte().toNanos());
    lastByte = begunAt;
    H2Connection.Begun sent = given.begin(this, current);
    headWritten = sent.written();
    stream = sent.stream();
    if (stream == null) {
      failLater(
          new UpstreamFailure(Kind.RESET_BEFORE_RESPONSE, true, "the head could not be written"));
    } else {
      writeKept(given, stream, current);
    }
    beingCalled = called;
    if (!called && writable()) {
      tellWritable();
    }
  }

  private void writeKept(H2Connection given, Http2Stream to, H2Request current) {
    HttpHeaders trailers = current.keptTrailers();
    ByteBuf kept;
    while ((kept = current.pollKept()) != null) {
      write(given, to, kept, requestEnded && trailers == null && !current.hasKept());
    }
    if (trailers != null) {
      write(given, to, trailers);
    }
  }

  /// Asked by the connection, which may be within a call of ours.
  void tellWritable() {
    UpstreamReceiver hearing = receiver;
    if (hearing != null && !requestEnded && !beingCalled && writable()) {
      hearing.writable();
    }
  }

  // ---- the answer ----

  /// A block of fields arrived: an interim answer, the head, or the trailers.
  void fieldsRead(H2Answer answer, boolean end) {
    UpstreamReceiver hearing = receiver;
    if (hearing == null) {
      return;
    }
    lastByte = pool.loop.now();
    if (answerBegun) {
      trailersRead(hearing, answer, end);
      return;
    }
    String fault = answer.headFault();
    int status = answer.statusCode();
    if (fault != null) {
      fail(Kind.BROKEN, fault);
    } else if (status < 200) {
      interim(hearing, status, answer.fields(), end);
    } else {
      headRead(hearing, answer, end);
    }
  }

  private void interim(UpstreamReceiver hearing, int status, HttpHeaders headers, boolean end) {
    if (status == 101) {
      fail(Kind.BROKEN, "101 without an upgrade");
    } else if (end) {
      fail(Kind.BROKEN, "an interim answer that ends the stream");
    } else if (++interims > MAX_INTERIM) {
      fail(Kind.BROKEN, "more than " + MAX_INTERIM + " interim answers");
    } else {
      hearing.informational(status, headers);
    }
  }

  private void headRead(UpstreamReceiver hearing, H2Answer answer, boolean end) {
    int status = answer.statusCode();
    long length = answer.contentLength();
    bodyless = status == 204 || status == 304 || (request != null && request.isHead());
    if (status == 204 && length >= 0) {
      // RFC 9110 §8.6 forbids the field here. Zero is a common and harmless slip; it goes no
      // further.
      if (length > 0) {
        fail(Kind.BROKEN, "204 with a Content-Length");
        return;
      }
      answer.fields().remove("content-length");
    }
    stillToCome = bodyless ? 0 : length;
    if (end && stillToCome > 0) {
      fail(Kind.BROKEN, "the body has another length than announced");
      return;
    }
    answerBegun = true;
    pool.destination.state().answered(pool.destination.endpoint(), status);
    if (end) {
      finish();
    }
    hearing.head(status, answer.fields(), end);
  }

  private void trailersRead(UpstreamReceiver hearing, H2Answer answer, boolean end) {
    String fault = answer.trailersFault();
    if (fault != null) {
      fail(Kind.BROKEN, fault);
    } else if (!end) {
      fail(Kind.BROKEN, "trailers that do not end the stream");
    } else if (stillToCome > 0) {
      fail(Kind.BROKEN, "the body has another length than announced");
    } else {
      finish();
      if (answer.fields().isEmpty()) {
        hearing.data(Unpooled.EMPTY_BUFFER, true);
      } else {
        hearing.trailers(answer.fields());
      }
    }
  }

  /// A DATA frame arrived.
  ///
  /// @return how many of its bytes need no more room
  int dataRead(ByteBuf data, boolean end) {
    int bytes = data.readableBytes();
    UpstreamReceiver hearing = receiver;
    if (hearing == null) {
      return bytes;
    }
    lastByte = pool.loop.now();
    if (!answerBegun) {
      fail(Kind.BROKEN, "a body without a head");
      return bytes;
    }
    if (!lengthHoldsWith(bytes, end)) {
      fail(
          Kind.BROKEN,
          bodyless ? "a body where none may be" : "the body has another length than announced");
      return bytes;
    }
    if (bytes == 0 && !end) {
      return 0;
    }
    if (end) {
      finish();
    }
    hearing.data(data.retain(), end);
    return 0;
  }

  private boolean lengthHoldsWith(int bytes, boolean end) {
    if (stillToCome < 0) {
      return true;
    }
    stillToCome -= bytes;
    return end ? stillToCome == 0 : stillToCome >= 0;
  }

  @Override
  public void consumed(int bytes) {
    lastByte = pool.loop.now();
    if (connection != null && stream != null) {
      connection.consumed(stream, bytes);
    }
  }

  /// The answer is complete. A request that is not is given up: the backend does not want it.
  private void finish() {
    H2Connection carrier = connection;
    Http2Stream ended = stream;
    leave();
    if (carrier != null && ended != null && ended.state().localSideOpen()) {
      carrier.reset(ended, Http2Error.CANCEL);
    }
  }

  // ---- the ends that are not good ----

  /// The backend has reset the stream.
  void resetRead(long code) {
    Http2Error error = Http2Error.valueOf(code);
    String why = "the backend reset the stream: " + (error == null ? code : error);
    // RFC 9113 §5.4.2: a reset is never answered by another.
    stream = null;
    if (answerBegun) {
      fail(Kind.BROKEN, why);
    } else {
      failHere(
          new UpstreamFailure(Kind.RESET_BEFORE_RESPONSE, error == Http2Error.REFUSED_STREAM, why));
    }
  }

  /// Frames of this stream, or our own, broke its rules.
  void broken(String why) {
    fail(Kind.BROKEN, why);
  }

  /// The backend goes away, and has not looked at this stream (RFC 9113 §6.8).
  void leftOut() {
    turnedAway(true, "the backend went away (GOAWAY) before the request");
  }

  /// The connection has ended under this stream.
  void connectionLost(boolean provedItself, String why) {
    if (answerBegun) {
      fail(Kind.BROKEN, "the answer ended early: " + why);
    } else if (interims > 0) {
      fail(Kind.BROKEN, "the answer ended within its head: " + why);
    } else {
      boolean unsent = headWritten != null && headWritten.isDone() && !headWritten.isSuccess();
      if (provedItself || unsent) {
        turnedAway(unsent, why);
      } else {
        failHere(new UpstreamFailure(Kind.RESET_BEFORE_RESPONSE, false, why));
      }
    }
  }

  /// The connection went, for no fault of the endpoint. A request that nobody has seen and that is
  /// still whole goes out again: nobody need know.
  private void turnedAway(boolean nothingSent, String why) {
    if (nothingSent && !bodyTouched && carriers < MOST_CARRIERS) {
      connection = null;
      stream = null;
      deadline = pool.loop.deadline(connectNanos());
      pool.acquire(this);
      return;
    }
    var failure = new UpstreamFailure(Kind.RESET_BEFORE_RESPONSE, nothingSent, why);
    pool.destination.state().observed(pool.destination.endpoint(), failure);
    fail(failure);
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
        connection.doubt(begunAt);
        fail(Kind.FIRST_BYTE_TIMEOUT, "no answer within " + millis(timeouts.firstByte().toNanos()));
      }
    } else if (now - lastByte >= timeouts.idle().toNanos() + LoopConnections.TICK) {
      connection.doubt(lastByte);
      var failure =
          new UpstreamFailure(
              Kind.IDLE_TIMEOUT, false, "no byte for " + millis(timeouts.idle().toNanos()));
      // Either side may be to blame.
      pool.destination.state().observed(pool.destination.endpoint(), failure);
      fail(failure);
    }
  }

  private static String millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
  }

  @Override
  public void cancel() {
    reset(Http2Error.CANCEL);
  }

  private void fail(Kind kind, String why) {
    failHere(new UpstreamFailure(kind, false, why));
  }

  /// A failure that the endpoint is to blame for.
  private void failHere(UpstreamFailure failure) {
    pool.destination.state().failed(pool.destination.endpoint(), failure);
    fail(failure);
  }

  /// Ends the stream and tells the receiver.
  void fail(UpstreamFailure failure) {
    UpstreamReceiver hearing = receiver;
    reset(failure.kind() == Kind.BROKEN ? Http2Error.PROTOCOL_ERROR : Http2Error.CANCEL);
    if (hearing != null) {
      hearing.failed(failure);
    }
  }

  /// The same, after the call that is going on has returned.
  void failLater(UpstreamFailure failure) {
    pool.loop.eventLoop().execute(() -> fail(failure));
  }

  private void reset(Http2Error error) {
    H2Connection carrier = connection;
    Http2Stream ended = stream;
    leave();
    if (carrier != null && ended != null) {
      carrier.reset(ended, error);
    }
  }

  @Override
  boolean over() {
    return receiver == null;
  }

  /// Stops being told anything and lets go of everything.
  private void leave() {
    if (receiver == null) {
      return;
    }
    receiver = null;
    if (begun) {
      pool.end(this);
    }
    if (request != null) {
      request.drop();
    }
    if (connection == null) {
      pool.forget(this);
    }
    connection = null;
    stream = null;
  }
}
