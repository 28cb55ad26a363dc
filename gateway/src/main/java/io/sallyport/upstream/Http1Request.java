package io.sallyport.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.sallyport.wire.Http1Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request as HTTP/1.1 frames it (RFC 9112 §6): its head, how long its body is, and what of it
/// came before there was a connection.
final class Http1Request {
  private static final long CHUNKED = -1;
  private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final String method;
  private final String target;
  private final HttpHeaders headers;
  private final boolean bodiless;
  private long remaining;
  private @Nullable ArrayDeque<ByteBuf> kept;

  /// Throws IllegalArgumentException for what cannot be framed.
  Http1Request(String method, String target, HttpHeaders headers, boolean end) {
    Http1Bytes.requireWord(method);
    Http1Bytes.requireWord(target);
    this.method = method;
    this.target = target;
    this.headers = headers;
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
  }

  /// RFC 9110 §8.6: an empty body is said for methods that usually have one.
  private boolean expectsBody() {
    return switch (method) {
      case "POST", "PUT", "PATCH" -> true;
      default -> false;
    };
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /// Whether an answer's `Sec-WebSocket-Accept` is that of this request's key (RFC 6455 §4.2.2).
  boolean isAcceptedBy(HttpHeaders answer) {
    String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (key == null) {
      return false;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest((key.strip() + ACCEPT_SALT).getBytes(US_ASCII));
      String accepted = answer.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
      return Base64.getEncoder().encodeToString(digest).equals(accepted);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean chunked() {
    return remaining == CHUNKED;
  }

  /// Whether the head was all of it.
  boolean bodiless() {
    return bodiless;
  }

  /// The head; it may be written more than once.
  ByteBuf head(ByteBufAllocator allocator) {
    return Http1Bytes.request(allocator, method, target, headers);
  }

  /// Frames a piece of the body, and its end.
  ///
  /// @param writes is given the buffers in order
  void frame(
      ByteBufAllocator allocator,
      ByteBuf data,
      boolean end,
      HttpHeaders trailers,
      Consumer<ByteBuf> writes) {
    int size = data.readableBytes();
    if (size == 0) {
      data.release();
    } else if (chunked()) {
      writes.accept(Http1Bytes.chunk(allocator, size));
      writes.accept(data);
      writes.accept(Http1Bytes.endOfChunk());
    } else {
      writes.accept(data);
    }
    if (end && chunked()) {
      writes.accept(Http1Bytes.lastChunk(allocator, trailers));
    }
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

  void keep(ByteBuf bytes) {
    if (kept == null) {
      kept = new ArrayDeque<>();
    }
    kept.add(bytes);
  }

  @Nullable ByteBuf pollKept() {
    return kept == null ? null : kept.poll();
  }

  /// Lets go of what was kept.
  void drop() {
    ByteBuf bytes;
    while ((bytes = pollKept()) != null) {
      bytes.release();
    }
  }
}
