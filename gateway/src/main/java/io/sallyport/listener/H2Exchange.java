package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.sallyport.admission.Inbound;
import io.sallyport.edge.Exchange;
import io.sallyport.edge.Peer;
import io.sallyport.edge.RequestReceiver;
import io.sallyport.policy.Reason;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One request and its answer as a stream of HTTP/2.
///
/// The client may send as much of a body as its window allows; window is given back for what the
/// receiver has consumed, and for nothing else. An answer is written while the stream's window and
/// the socket take it.
final class H2Exchange implements Exchange {
  private final H2Connection connection;
  private final Http2Stream stream;
  private final InboundHead inbound;
  private final RequestBody body;
  private final Queue<ByteBuf> early = new ArrayDeque<>(0);
  private @Nullable HttpHeaders earlyTrailers;
  private @Nullable RequestReceiver receiver;
  private Answer answer = Answer.NONE;
  private boolean reading;
  private boolean ended;
  private boolean continued;
  private boolean bodyless;
  private long stillToSend = -1;
  private long stuckSince;

  private enum Answer {
    NONE,
    STARTED,
    ENDING,
    SENT,
    ABORTED
  }

  H2Exchange(
      H2Connection connection,
      Http2Stream stream,
      InboundHead inbound,
      boolean hasBody,
      long contentLength) {
    this.connection = connection;
    this.stream = stream;
    this.inbound = inbound;
    this.body =
        new RequestBody(
            connection.socket.front.bytesInFlight,
            hasBody,
            contentLength,
            connection.socket.watch.now());
  }

  @Override
  public EventLoop eventLoop() {
    return connection.socket.channel.eventLoop();
  }

  @Override
  public Inbound inbound() {
    return inbound;
  }

  @Override
  public HttpHeaders requestHeaders() {
    return inbound.fields();
  }

  @Override
  public boolean hasBody() {
    return body.expected();
  }

  @Override
  public String protocol() {
    return "HTTP/2";
  }

  @Override
  public Peer peer() {
    return connection.socket.peer;
  }

  @Override
  public void receive(RequestReceiver hearer) {
    receiver = hearer;
    if (answer == Answer.ABORTED) {
      hearer.aborted();
    }
  }

  @Override
  public void readBody(long maxBody) {
    body.allow(maxBody);
    // Not from within this call: who asks need not be ready to be told yet.
    eventLoop().execute(this::startReading);
  }

  private void startReading() {
    if (over() || !body.expected()) {
      return;
    }
    reading = true;
    if (body.announcedTooLarge()) {
      broken(Reason.BODY_TOO_LARGE, "Content-Length exceeds the route's bound");
      return;
    }
    if (answer == Answer.NONE && !continued && expectsContinue()) {
      informational(100, EmptyHttpHeaders.INSTANCE);
    }
    body.progressed(connection.socket.watch.now());
    while (reading && !early.isEmpty()) {
      ByteBuf data = early.remove();
      body.consumed(data.readableBytes());
      take(data, ended && early.isEmpty() && earlyTrailers == null);
    }
    HttpHeaders trailers = earlyTrailers;
    if (reading && trailers != null) {
      takeTrailers(trailers);
    }
  }

  private boolean expectsContinue() {
    return HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
        inbound.fields().get(HttpHeaderNames.EXPECT));
  }

  /// A DATA frame arrived.
  ///
  /// @return how many of its bytes need no more room
  int dataRead(ByteBuf data, int bytes, boolean end) {
    if (!body.expected() || over() || body.broken()) {
      return bytes;
    }
    ended = end;
    body.progressed(connection.socket.watch.now());
    if (!body.lengthHoldsWith(bytes, end)) {
      broken(Reason.MALFORMED_REQUEST, "the body has another length than announced");
      return bytes;
    }
    if (reading) {
      take(data.retain(), end);
    } else if (body.held(bytes)) {
      early.add(data.retain());
    } else {
      broken(Reason.OVERLOADED, "too many bytes in flight");
      return bytes;
    }
    return 0;
  }

  private void take(ByteBuf data, boolean end) {
    int bytes = data.readableBytes();
    RequestReceiver hearer = receiver;
    RequestBody.Taking taking = body.received(bytes, end);
    if (taking == RequestBody.Taking.TAKEN && hearer != null) {
      hearer.data(data, end);
      return;
    }
    data.release();
    connection.consumed(stream, bytes);
    switch (taking) {
      case TAKEN -> {}
      case TOO_LARGE -> broken(Reason.BODY_TOO_LARGE, "the body exceeds the route's bound");
      case OVERLOADED -> broken(Reason.OVERLOADED, "too many bytes in flight");
    }
  }

  /// A field block arrived after the head.
  void trailersRead(H2Head trailers) {
    if (!body.expected() || over() || body.broken()) {
      return;
    }
    ended = true;
    H2Head.Refused fault = trailers.trailerFault();
    if (fault != null) {
      broken(fault.reason(), fault.detail());
    } else if (!body.lengthHoldsWith(0, true)) {
      broken(Reason.MALFORMED_REQUEST, "the body has another length than announced");
    } else if (reading) {
      takeTrailers(trailers.fields());
    } else {
      earlyTrailers = trailers.fields();
    }
  }

  private void takeTrailers(HttpHeaders trailers) {
    body.received(0, true);
    if (receiver != null) {
      receiver.trailers(trailers);
    }
  }

  private void broken(Reason reason, String detail) {
    if (body.breakOff()) {
      reading = false;
      dropEarly();
      if (receiver != null && !over()) {
        receiver.broken(reason, detail);
      }
    }
  }

  private void dropEarly() {
    ByteBuf held;
    while ((held = early.poll()) != null) {
      body.consumed(held.readableBytes());
      connection.consumed(stream, held.readableBytes());
      held.release();
    }
    earlyTrailers = null;
  }

  @Override
  public void consumed(int bytes) {
    int counted = body.consumed(bytes);
    if (counted > 0 && !over()) {
      connection.consumed(stream, counted);
    }
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    if (answer != Answer.NONE || (status == 100 && continued)) {
      return;
    }
    continued |= status == 100;
    ChannelHandlerContext ctx = connection.context();
    connection
        .encoder()
        .writeHeaders(ctx, stream.id(), H2Answer.head(status, headers), 0, false, ctx.newPromise());
    connection.flush.now();
  }

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    if (answer != Answer.NONE) {
      return;
    }
    answer = Answer.STARTED;
    bodyless = inbound.method().equals("HEAD") || status == 204 || status == 304;
    if (status == 204) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    String length = bodyless ? null : headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null) {
      stillToSend = H1Head.contentLength(length);
    }
    connection.socket.stamp.stamp(headers);
    boolean last = end || bodyless;
    ChannelHandlerContext ctx = connection.context();
    connection
        .encoder()
        .writeHeaders(
            ctx,
            stream.id(),
            H2Answer.head(status, headers),
            0,
            last,
            last ? ending() : ctx.newPromise());
    connection.flush.written(32 + 16 * headers.size());
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    if (answer != Answer.STARTED) {
      data.release();
      return;
    }
    int bytes = data.readableBytes();
    if (!lengthHolds(bytes, end)) {
      data.release();
      cutOff();
    } else if (bytes == 0 && !end) {
      data.release();
    } else {
      ChannelHandlerContext ctx = connection.context();
      connection
          .encoder()
          .writeData(ctx, stream.id(), data, 0, end, end ? ending() : ctx.newPromise());
      connection.flush.written(bytes + 16);
    }
  }

  private boolean lengthHolds(int bytes, boolean end) {
    if (stillToSend < 0) {
      return true;
    }
    stillToSend -= bytes;
    return end ? stillToSend == 0 : stillToSend >= 0;
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    if (answer != Answer.STARTED) {
      return;
    }
    if (!lengthHolds(0, true)) {
      cutOff();
      return;
    }
    connection
        .encoder()
        .writeHeaders(
            connection.context(), stream.id(), H2Answer.trailers(trailers), 0, true, ending());
    connection.flush.written(64);
  }

  /// The answer does not have the length that its head promised.
  private void cutOff() {
    abort();
    if (receiver != null) {
      receiver.aborted();
    }
  }

  private ChannelPromise ending() {
    answer = Answer.ENDING;
    ChannelPromise promise = connection.context().newPromise();
    promise.addListener(
        written -> {
          if (written.isSuccess()) {
            sent();
          } else {
            clientGone();
          }
        });
    return promise;
  }

  private void sent() {
    if (answer != Answer.ENDING) {
      return;
    }
    answer = Answer.SENT;
    close();
    if (receiver != null) {
      receiver.finished();
    }
    if (!stream.state().remoteSideOpen()) {
      return;
    }
    // RFC 9113 §8.1: the answer is whole, the rest of the request is not wanted.
    connection.reset(stream, Http2Error.NO_ERROR);
  }

  private void close() {
    body.close();
    dropEarly();
  }

  @Override
  public boolean writable() {
    return connection.encoder().flowController().isWritable(stream);
  }

  void writableAgain() {
    if (receiver != null && answer == Answer.STARTED) {
      receiver.writable();
    }
  }

  @Override
  public void abort() {
    if (!over()) {
      answer = Answer.ABORTED;
      close();
      connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }
  }

  /// The stream is closed.
  void clientGone() {
    if (!over()) {
      answer = Answer.ABORTED;
      close();
      if (receiver != null) {
        receiver.aborted();
      }
    }
  }

  private boolean over() {
    return answer == Answer.SENT || answer == Answer.ABORTED;
  }

  /// Looks whether the client lets us wait too long for a body, or for taking the answer.
  void tick(long now, long idleTime) {
    if (reading && !ended && body.wanted(Integer.MAX_VALUE) && body.idleFor(now) > idleTime) {
      broken(Reason.REQUEST_TIMEOUT, "the body did not come in time");
    }
    if ((answer == Answer.STARTED || answer == Answer.ENDING) && !writable()) {
      if (stuckSince == 0) {
        stuckSince = now;
      } else if (now - stuckSince > idleTime) {
        abort();
        if (receiver != null) {
          receiver.aborted();
        }
      }
    } else {
      stuckSince = 0;
    }
  }
}
