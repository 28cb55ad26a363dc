package io.sallyport.listener;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.sallyport.policy.Reason;
import java.util.BitSet;
import java.util.List;

/// What a decoded HTTP/1.1 head says, or why it must not be understood (RFC 9112 §3, §6).
sealed interface H1Head {
  /// `tchar` of RFC 9110 §5.6.2.
  BitSet TOKEN = tokenBytes();

  /// Well-formed.
  ///
  /// @param contentLength bytes of body to come; -1 when it is chunked
  record Understood(String host, long contentLength) implements H1Head {
    boolean hasBody() {
      return contentLength != 0;
    }
  }

  /// Malformed, ambiguous or too large.
  record Refused(Reason reason, String detail) implements H1Head {}

  /// Reads a head as Netty decoded it.
  ///
  /// HTTP/1.0 is refused: it has no chunked coding, so that an answer's end could not be told from
  /// its being cut off.
  static H1Head read(HttpRequest request, boolean underscore, int mostFields) {
    if (request.decoderResult().isFailure()) {
      return failed(request.decoderResult().cause());
    }
    if (!HttpVersion.HTTP_1_1.equals(request.protocolVersion())) {
      return malformed("version " + request.protocolVersion().text());
    }
    HttpHeaders fields = request.headers();
    if (fields.size() > mostFields) {
      return new Refused(Reason.HEADERS_TOO_LARGE, "more than " + mostFields + " fields");
    }
    if (underscore) {
      return new Refused(Reason.AMBIGUOUS_TARGET, "an underscore in a field name");
    }
    List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1) {
      return hosts.isEmpty()
          ? malformed("no Host")
          : new Refused(Reason.AMBIGUOUS_TARGET, "several Host fields");
    }
    if (HttpMethod.CONNECT.equals(request.method())) {
      return malformed("CONNECT asks for a tunnel");
    }
    return framed(hosts.getFirst(), fields);
  }

  private static H1Head framed(String host, HttpHeaders fields) {
    List<String> codings = fields.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    List<String> lengths = fields.getAll(HttpHeaderNames.CONTENT_LENGTH);
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty()) {
        return malformed("Transfer-Encoding beside Content-Length");
      }
      if (codings.size() != 1
          || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst())) {
        return malformed("a transfer coding other than chunked, once");
      }
      return new Understood(host, -1);
    }
    if (fields.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)) {
      // With this field of a dead draft Netty reads eight bytes of body that no length announced.
      return malformed("a body without a length");
    }
    if (lengths.isEmpty()) {
      return new Understood(host, 0);
    }
    long length = lengths.size() == 1 ? contentLength(lengths.getFirst()) : -1;
    return length < 0 ? malformed("a bad Content-Length") : new Understood(host, length);
  }

  /// The value of `1*DIGIT` (RFC 9110 §8.6); -1 when it is anything else, or does not fit.
  static long contentLength(CharSequence text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /// Whether a byte may be part of a token (RFC 9110 §5.6.2).
  static boolean isTokenByte(byte b) {
    return b >= 0 && TOKEN.get(b);
  }

  private static BitSet tokenBytes() {
    var bytes = new BitSet(128);
    bytes.set('0', '9' + 1);
    bytes.set('a', 'z' + 1);
    bytes.set('A', 'Z' + 1);
    "!#$%&'*+-.^_`|~".chars().forEach(bytes::set);
    return bytes;
  }

  private static H1Head failed(Throwable cause) {
    return cause instanceof TooLongFrameException
        ? new Refused(Reason.HEADERS_TOO_LARGE, detail(cause))
        : malformed(detail(cause));
  }

  /// Netty's words, which may quote what was sent, as text that is safe in a log.
  static String detail(Throwable cause) {
    String said = String.valueOf(cause.getMessage()).replaceAll("[^ -~]", "?");
    return said.length() <= 200 ? said : said.substring(0, 200);
  }

  private static H1Head malformed(String detail) {
    return new Refused(Reason.MALFORMED_REQUEST, detail);
  }
}
