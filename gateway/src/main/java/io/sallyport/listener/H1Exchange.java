package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.sallyport.admission.Inbound;
import io.sallyport.edge.Exchange;
import io.sallyport.edge.Peer;
import io.sallyport.edge.RequestReceiver;
import io.sallyport.policy.Reason;
import io.sallyport.wire.Http1Bytes;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One request and its answer in HTTP/1.1.
///
/// An answer that ends before its request's body was read: what the client still sends is thrown
/// away up to a bound, and the connection lives on; beyond it, the connection ends.
///
/// With the answer 101 the connection becomes a tunnel: what comes and goes from then on is handed
/// over as it is, and the end of one side is the end of the other.
final class H1Exchange implements Exchange {
  /// Of a body that nobody wants any more.
  private static final int MOST_DISCARDED = 64 * 1024;

  private static final Pattern WEB_SOCKET_KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

  private final H1Connection connection;
  private final HttpRequest request;
  private final InboundHead inbound;
  private RequestBody body;
  private final boolean toHead;
  private @Nullable RequestReceiver receiver;
  private Answer answer = Answer.NONE;
  private boolean reusable = true;
  private boolean continued;
  private boolean bodyless;
  private boolean chunked;
  private boolean tunnel;
  private long stillToSend = -1;
  private long discarded;
  private long pending;
  private long pendingSince;

  private enum Answer {
    NONE,
    STARTED,
    ENDING,
    SENT,
    ABORTED
  }

  H1Exchange(
      H1Connection connection,
      HttpRequest request,
      @Nullable String host,
      long contentLength,
      boolean hasBody) {
    this.connection = connection;
    this.request = request;
    this.toHead = HttpMethod.HEAD.equals(request.method());
    boolean asksForWebSocket = false;
    if (request.headers().contains(HttpHeaderNames.CONNECTION)) {
      reusable = !says(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      asksForWebSocket =
          !hasBody
              && says(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
              && says(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
              && hasOneKey();
    }
    this.inbound =
        new InboundHead(
            connection.socket,
            request.method().name(),
            host,
            request.uri(),
            request.headers(),
            contentLength,
            asksForWebSocket);
    this.body =
        new RequestBody(
            connection.socket.front.bytesInFlight,
            hasBody,
            contentLength,
            connection.socket.watch.now());
  }

  /// RFC 6455 §4.1: one key of 16 bytes. Of two the backend might take the other, answer what we do
  /// not expect, and be held for broken because of its client.
  private boolean hasOneKey() {
    List<String> keys = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    return keys.size() == 1 && WEB_SOCKET_KEY.matcher(keys.getFirst()).matches();
  }

  private boolean says(AsciiString name, AsciiString word) {
    return request.headers().containsValue(name, word, true);
  }

  /// Nothing that comes after this request can be understood.
  void lastOnConnection() {
    reusable = false;
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
    return request.headers();
  }

  @Override
  public boolean hasBody() {
    return body.expected();
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
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
    if (body.announcedTooLarge()) {
      broken(Reason.BODY_TOO_LARGE, "Content-Length exceeds the route's bound");
      return;
    }
    if (answer == Answer.NONE && !continued && expectsContinue()) {
      informational(100, new DefaultHttpHeaders());
    }
    body.progressed(connection.socket.watch.now());
    connection.decodeOn();
  }

  private boolean expectsContinue() {
    return HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
        request.headers().get(HttpHeaderNames.EXPECT));
  }

  /// A piece of the body arrived.
  void content(HttpContent content) {
    if (!body.expected()) {
      content.release();
    } else if (content.decoderResult().isFailure()) {
      content.release();
      broken(Reason.MALFORMED_REQUEST, H1Head.detail(content.decoderResult().cause()));
    } else if (answer == Answer.SENT) {
      discard(content);
    } else {
      deliver(content);
    }
  }

  private void deliver(HttpContent content) {
    ByteBuf data = content.content();
    boolean end = content instanceof LastHttpContent;
    body.progressed(connection.socket.watch.now());
    switch (body.received(data.readableBytes(), end)) {
      case TAKEN -> {}
      case TOO_LARGE -> {
        data.release();
        broken(Reason.BODY_TOO_LARGE, "the body exceeds the route's bound");
        return;
      }
      case OVERLOADED -> {
        data.release();
        broken(Reason.OVERLOADED, "too many bytes in flight");
        return;
      }
    }
    RequestReceiver hearer = receiver;
    if (hearer == null || over()) {
      data.release();
      return;
    }
    if (content instanceof LastHttpContent last && !last.trailingHeaders().isEmpty()) {
      if (data.isReadable()) {
        hearer.data(data, false);
      } else {
        data.release();
      }
      hearer.trailers(last.trailingHeaders());
    } else if (end || data.isReadable()) {
      hearer.data(data, end);
    } else {
      data.release();
    }
  }

  private void discard(HttpContent content) {
    int bytes = content.content().readableBytes();
    content.release();
    discarded += bytes;
    if (content instanceof LastHttpContent) {
      body.received(0, true);
      connection.ended(true);
    } else if (discarded > MOST_DISCARDED) {
      connection.ended(false);
    }
  }

  private void broken(Reason reason, String detail) {
    if (body.breakOff()) {
      reusable = false;
      connection.discardInput();
      if (answer == Answer.SENT) {
        connection.ended(false);
      } else if (receiver != null && !over()) {
        receiver.broken(reason, detail);
      }
    }
  }

  boolean wantsBody() {
    return body.wanted(H1Connection.WINDOW);
  }

  @Override
  public void consumed(int bytes) {
    body.consumed(bytes);
    connection.updateReading();
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    if (answer != Answer.NONE || (status == 100 && continued)) {
      return;
    }
    continued |= status == 100;
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    connection.write(Http1Bytes.answer(alloc(), status, headers));
    connection.flush.now();
  }

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    if (answer != Answer.NONE) {
      return;
    }
    answer = Answer.STARTED;
    if (status == 101) {
      switchProtocols(headers);
      return;
    }
    frame(status, headers, end);
    if (!reusable || connection.closing()) {
      reusable = false;
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else {
      headers.remove(HttpHeaderNames.CONNECTION);
    }
    if (status == 426) {
      // RFC 9110 §7.8, §15.5.22.
      headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
      headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    }
    connection.socket.stamp.stamp(headers);
    ByteBuf head = Http1Bytes.answer(alloc(), status, headers);
    if (end) {
      connection.write(head, ending());
    } else {
      connection.write(head);
    }
  }

  /// RFC 9110 §15.2.2.
  private void switchProtocols(HttpHeaders headers) {
    tunnel = true;
    reusable = false;
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    connection.socket.stamp.stamp(headers);
    connection.write(Http1Bytes.answer(alloc(), 101, headers));
    connection.flush.now();
    body =
        new RequestBody(
            connection.socket.front.bytesInFlight, true, -1, connection.socket.watch.now());
    body.allow(Long.MAX_VALUE);
    // Not from within this call: who answers need not be ready to be told yet.
    eventLoop().execute(connection::becomeTunnel);
  }

  /// Bytes arrived in the tunnel.
  void tunnelled(ByteBuf data) {
    RequestReceiver hearer = receiver;
    if (hearer == null || answer != Answer.STARTED) {
      data.release();
    } else if (body.received(data.readableBytes(), false) == RequestBody.Taking.TAKEN) {
      hearer.data(data, false);
    } else {
      data.release();
      hearer.broken(Reason.OVERLOADED, "too many bytes in flight");
    }
  }

  private ByteBufAllocator alloc() {
    return connection.socket.channel.alloc();
  }

  /// RFC 9112 §6: how the client will know where the answer ends.
  private void frame(int status, HttpHeaders headers, boolean end) {
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    bodyless = toHead || status == 204 || status == 205 || status == 304;
    if (status == 204) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    } else if (status == 205) {
      // RFC 9110 §15.3.6: no content, and said so.
      headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
    } else if (!bodyless) {
      String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
      if (length != null) {
        stillToSend = H1Head.contentLength(length);
      } else if (end) {
        stillToSend = 0;
        headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
      } else {
        chunked = true;
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      }
    }
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    if (answer != Answer.STARTED) {
      data.release();
      return;
    }
    int bytes = data.readableBytes();
    if (bodyless || bytes == 0) {
      data.release();
    } else {
      if (!chunked && !tunnel) {
        stillToSend -= bytes;
        if (stillToSend < 0) {
          data.release();
          cutOff();
          return;
        }
      }
      if (chunked) {
        connection.write(Http1Bytes.chunk(alloc(), bytes));
        connection.write(data);
        connection.write(Http1Bytes.endOfChunk());
      } else {
        connection.write(data);
      }
    }
    if (end) {
      end(EmptyHttpHeaders.INSTANCE);
    }
  }

  /// A body of known length has no place for trailers (RFC 9112 §7.1.2).
  @Override
  public void trailers(HttpHeaders trailers) {
    if (answer == Answer.STARTED) {
      end(trailers);
    }
  }

  private void end(HttpHeaders trailers) {
    if (!bodyless && !chunked && !tunnel && stillToSend != 0) {
      cutOff();
      return;
    }
    connection.write(
        chunked ? Http1Bytes.lastChunk(alloc(), trailers) : Unpooled.EMPTY_BUFFER, ending());
  }

  /// The answer does not have the length that its head promised; only the end of the connection
  /// tells the client so.
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
            connection.close();
          }
        });
    return promise;
  }

  private void sent() {
    if (answer != Answer.ENDING) {
      return;
    }
    answer = Answer.SENT;
    body.close();
    if (receiver != null) {
      receiver.finished();
    }
    if (body.complete()) {
      connection.ended(reusable);
    } else if (!reusable || (expectsContinue() && !continued)) {
      connection.ended(false);
    } else {
      body.allow(Long.MAX_VALUE);
      body.progressed(connection.socket.watch.now());
      connection.decodeOn();
    }
  }

  @Override
  public boolean writable() {
    return connection.socket.channel.isWritable();
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
      body.close();
      connection.close();
    }
  }

  /// The connection is closed.
  void clientGone() {
    if (!over()) {
      answer = Answer.ABORTED;
      body.close();
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
    if (!tunnel && body.wanted(H1Connection.WINDOW) && body.idleFor(now) > idleTime) {
      if (answer == Answer.SENT) {
        connection.ended(false);
      } else {
        broken(Reason.REQUEST_TIMEOUT, "the body did not come in time");
      }
    }
    var buffer = connection.socket.channel.unsafe().outboundBuffer();
    long waiting = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (waiting == 0 || waiting != pending) {
      pending = waiting;
      pendingSince = now;
    } else if (now - pendingSince > idleTime) {
      connection.close();
    }
  }
}
