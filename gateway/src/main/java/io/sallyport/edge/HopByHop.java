package io.sallyport.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Removes the fields that are for one connection and not for the message (RFC 9110 §7.6.1).
///
/// `Trailer` stays: trailers are passed on. `TE: trailers` stays for the same reason; any other
/// `TE` goes, because the transfer coding is each connection's own.
final class HopByHop {
  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");

  private HopByHop() {}

  /// Edits the fields in place: one walk over their names, since there is hardly ever one of these.
  static void strip(HttpHeaders headers) {
    List<CharSequence> found = null;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      CharSequence name = fields.next().getKey();
      if (isForOneConnection(name)) {
        if (found == null) {
          found = new ArrayList<>(4);
        }
        found.add(name);
      }
    }
    if (found == null) {
      return;
    }
    if (headers.contains(HttpHeaderNames.CONNECTION)) {
      removeNamedByConnection(headers);
    }
    for (CharSequence name : found) {
      headers.remove(name);
    }
  }

  /// The length decides nearly always.
  private static boolean isForOneConnection(CharSequence name) {
    return switch (name.length()) {
      case 7 -> is(name, HttpHeaderNames.UPGRADE);
      case 10 -> is(name, HttpHeaderNames.CONNECTION) || is(name, KEEP_ALIVE);
      case 16 -> is(name, PROXY_CONNECTION);
      case 17 -> is(name, HttpHeaderNames.TRANSFER_ENCODING);
      case 18 -> is(name, HttpHeaderNames.PROXY_AUTHENTICATE);
      case 19 -> is(name, HttpHeaderNames.PROXY_AUTHORIZATION);
      default -> false;
    };
  }

  private static boolean is(CharSequence name, AsciiString field) {
    return field.contentEqualsIgnoreCase(name);
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
