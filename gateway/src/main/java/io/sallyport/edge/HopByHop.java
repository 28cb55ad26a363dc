package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;

/// Removes the fields that are for one connection and not for the message (RFC 9110 §7.6.1).
///
/// `Trailer` stays: trailers are passed on. `TE: trailers` stays for the same reason; any other
/// `TE` goes, because the transfer coding is each connection's own.
final class HopByHop {
  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");

  private HopByHop() {}

  /// Edits the fields in place. What is absent costs a look into an empty hash bucket.
  static void strip(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.CONNECTION)) {
      removeNamedByConnection(headers);
    }
    headers.remove(KEEP_ALIVE);
    headers.remove(PROXY_CONNECTION);
    headers.remove(HttpHeaderNames.PROXY_AUTHORIZATION);
    headers.remove(HttpHeaderNames.PROXY_AUTHENTICATE);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    headers.remove(HttpHeaderNames.UPGRADE);
  }

  /// Keeps of `TE` only that trailers are welcome.
  static void stripTe(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.TE)) {
      boolean trailers = headers.containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
      headers.remove(HttpHeaderNames.TE);
      if (trailers) {
        headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
      }
    }
  }

  private static void removeNamedByConnection(HttpHeaders headers) {
    List<String> values = headers.getAll(HttpHeaderNames.CONNECTION);
    headers.remove(HttpHeaderNames.CONNECTION);
    for (String value : values) {
      int start = 0;
      while (start <= value.length()) {
        int comma = value.indexOf(',', start);
        int end = comma < 0 ? value.length() : comma;
        String name = value.substring(start, end).strip();
        if (!name.isEmpty() && mayBeNamed(name)) {
          headers.remove(name);
        }
        start = end + 1;
      }
    }
  }

  /// Naming these would change what the message is, where it ends, or what a trusted proxy says of
  /// its client: they are never for one connection only.
  private static boolean mayBeNamed(String name) {
    return !name.equalsIgnoreCase("te")
        && !name.equalsIgnoreCase("host")
        && !name.equalsIgnoreCase("content-length")
        && !RequestFields.tellsTheWay(name);
  }
}
