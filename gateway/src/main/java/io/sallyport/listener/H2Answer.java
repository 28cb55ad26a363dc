package io.sallyport.listener;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/// The fields of an answer, and of its trailers, as HTTP/2 spells and packs them (RFC 9113 §8.2,
/// RFC 7541).
final class H2Answer {
  /// Different in nearly each answer. A place in HPACK's table, which pushes out what does come
  /// again, would be of no use to them: a quarter of the encoder's time.
  private static final Set<AsciiString> NEVER_THE_SAME =
      Set.of(
          AsciiString.cached("sallyport-decision"),
          AsciiString.cached("ratelimit"),
          HttpHeaderNames.AGE,
          HttpHeaderNames.CONTENT_LENGTH,
          HttpHeaderNames.CONTENT_RANGE,
          HttpHeaderNames.ETAG,
          HttpHeaderNames.LAST_MODIFIED,
          HttpHeaderNames.LOCATION,
          HttpHeaderNames.SET_COOKIE);

  /// Netty's own: the size of the table's index, and from which length on text is Huffman-coded.
  private static final int TABLE_HINT = 64;

  private static final int HUFFMAN_FROM = 512;

  private H2Answer() {}

  /// An encoder for one connection.
  static Http2HeadersEncoder encoder() {
    return new DefaultHttp2HeadersEncoder(
        (name, _) -> name instanceof AsciiString text && NEVER_THE_SAME.contains(text),
        false,
        TABLE_HINT,
        HUFFMAN_FROM);
  }

  static Http2Headers head(int status, HttpHeaders headers) {
    var fields = new DefaultHttp2Headers(false, headers.size() + 1);
    fields.status(HttpResponseStatus.valueOf(status).codeAsText());
    copy(headers, fields);
    return fields;
  }

  static Http2Headers trailers(HttpHeaders trailers) {
    var fields = new DefaultHttp2Headers(false, trailers.size());
    copy(trailers, fields);
    return fields;
  }

  private static void copy(HttpHeaders from, Http2Headers to) {
    Iterator<Map.Entry<CharSequence, CharSequence>> all = from.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = all.next();
      AsciiString name = AsciiString.of(field.getKey()).toLowerCase();
      if (!isForOneConnection(name)) {
        to.add(name, field.getValue());
      }
    }
  }

  /// RFC 9113 §8.2.2. The length decides nearly always.
  private static boolean isForOneConnection(AsciiString name) {
    return switch (name.length()) {
      case 7 -> name.contentEquals("upgrade");
      case 10 -> name.contentEquals("connection") || name.contentEquals("keep-alive");
      case 16 -> name.contentEquals("proxy-connection");
      case 17 -> name.contentEquals("transfer-encoding");
      default -> false;
    };
  }
}
