package io.sallyport.upstream;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A request as HTTP/1.1 frames it (RFC 9112 §6): its head, how long its body is, and what of it
/// came before there was a connection.
final class Http1Request {
  private static final long CHUNKED = -1;

  private final HttpMethod method;
  private final HttpRequest message;
  private final boolean bodiless;
  private long remaining;
  private @Nullable ArrayDeque<Object> kept;

  /// Throws IllegalArgumentException for what cannot be framed.
  Http1Request(String method, String target, HttpHeaders headers, boolean end) {
    this.method = HttpMethod.valueOf(method);
    this.bodiless = end;
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null) {
      remaining = Long.parseLong(length);
    } else if (!end) {
      remaining = CHUNKED;
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else if (expectsBody()) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
    }
    if (end && remaining != 0) {
      throw new IllegalArgumentException("a Content-Length and no body");
    }
    message =
        end
            ? new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                this.method,
                target,
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE)
            : new DefaultHttpRequest(HttpVersion.HTTP_1_1, this.method, target, headers);
  }

  /// RFC 9110 §8.6: an empty body is said for methods that usually have one.
  private boolean expectsBody() {
    return method.equals(HttpMethod.POST)
        || method.equals(HttpMethod.PUT)
        || method.equals(HttpMethod.PATCH);
  }

  boolean isHead() {
    return method.equals(HttpMethod.HEAD);
  }

  boolean chunked() {
    return remaining == CHUNKED;
  }

  /// Whether the head was all of it.
  boolean bodiless() {
    return bodiless;
  }

  /// The head; it may be written more than once.
  HttpRequest message() {
    return message;
  }

  /// Whether this much more of the body agrees with its length. A body of another length would be
  /// read as another request.
  boolean takes(int bytes, boolean end) {
    if (remaining == CHUNKED) {
      return true;
    }
    remaining -= bytes;
    return end ? remaining == 0 : remaining >= 0;
  }

  void keep(Object message) {
    if (kept == null) {
      kept = new ArrayDeque<>();
    }
    kept.add(message);
  }

  @Nullable Object pollKept() {
    return kept == null ? null : kept.poll();
  }

  /// Lets go of what was kept.
  void drop() {
    Object message;
    while ((message = pollKept()) != null) {
      ReferenceCountUtil.release(message);
    }
  }
}
