package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A request as HTTP/2 frames it: its head, how long its body is, and what of it came before there
/// was a connection.
final class H2Request {
  private static final long UNKNOWN = -1;

  private final HttpMethod method;
  private final String target;
  private final HttpHeaders headers;
  private final boolean bodiless;
  private long remaining = UNKNOWN;
  private @Nullable ArrayDeque<ByteBuf> kept;
  private @Nullable HttpHeaders keptTrailers;

  /// Throws IllegalArgumentException for what cannot be framed.
  H2Request(String method, String target, HttpHeaders headers, boolean end) {
    this.method = HttpMethod.valueOf(method);
    this.target = target;
    this.headers = headers;
    this.bodiless = end;
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null) {
      remaining = Long.parseLong(length);
      if (end && remaining != 0) {
        throw new IllegalArgumentException("a Content-Length and no body");
      }
    }
  }

  boolean isHead() {
    return method.equals(HttpMethod.HEAD);
  }

  /// Whether the head is all of it.
  boolean bodiless() {
    return bodiless;
  }

  /// The head; it may be written more than once.
  ///
  /// @param scheme of the connection
  H2RequestFields fields(CharSequence scheme) {
    return H2RequestFields.head(method.asciiName(), scheme, target, headers);
  }

  /// About how many bytes the head is, for the flush.
  int headBytes() {
    return 32 + 16 * headers.size();
  }

  /// Whether this much more of the body agrees with its length (RFC 9113 §8.1.1).
  boolean takes(int bytes, boolean end) {
    if (remaining == UNKNOWN) {
      return true;
    }
    remaining -= bytes;
    return end ? remaining == 0 : remaining >= 0;
  }

  void keep(ByteBuf data) {
    if (kept == null) {
      kept = new ArrayDeque<>();
    }
    kept.add(data);
  }

  void keep(HttpHeaders trailers) {
    keptTrailers = trailers;
  }

  /// The next piece that was kept.
  @Nullable ByteBuf pollKept() {
    return kept == null ? null : kept.poll();
  }

  boolean hasKept() {
    return kept != null && !kept.isEmpty();
  }

  /// The trailers that were kept.
  @Nullable HttpHeaders keptTrailers() {
    return keptTrailers;
  }

  /// Lets go of what was kept.
  void drop() {
    ByteBuf data;
    while ((data = pollKept()) != null) {
      data.release();
    }
  }
}
