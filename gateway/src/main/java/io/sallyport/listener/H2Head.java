package io.sallyport.listener;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.sallyport.policy.Reason;
import org.jspecify.annotations.Nullable;

/// The field block of an HTTP/2 request, or of its trailers, checked while HPACK decodes it (RFC
/// 9113 §8.2, §8.3) and put straight into the header fields that the edge sees: no second copy, no
/// second check.
///
/// It remembers the first thing that is wrong and decodes on, because HPACK's state belongs to the
/// connection; a malformed request can then still be answered, and recorded.
final class H2Head extends DefaultHttp2Headers {
  /// What each field counts beside its text (RFC 9113 §6.5.2).
  private static final int OVERHEAD = 32;

  private final int mostFields;
  private final int mostBytes;
  private final int longestPath;
  private final HttpHeaders fields =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  private int bytes;
  private int count;
  private boolean regular;
  private @Nullable AsciiString method;
  private @Nullable AsciiString scheme;
  private @Nullable AsciiString authority;
  private @Nullable AsciiString path;
  private @Nullable AsciiString host;
  private @Nullable AsciiString cookies;
  private @Nullable AsciiString authorization;
  private long contentLength = -1;
  private @Nullable Refused fault;

  /// What the block says.
  sealed interface Reading {}

  /// Well-formed.
  ///
  /// @param contentLength -1 when there is none
  record Understood(String method, String authority, String path, long contentLength)
      implements Reading {}

  /// Malformed, ambiguous or too large.
  record Refused(Reason reason, String detail) implements Reading {}

  H2Head(ListenerSettings.Bounds bounds) {
    super(false, 2);
    this.mostFields = bounds.headerCount();
    this.mostBytes = bounds.headerBytes();
    this.longestPath = bounds.requestLineBytes();
  }

  HttpHeaders fields() {
    return fields;
  }

  /// What is known of the method, for the record of a refusal.
  String knownMethod() {
    return method == null ? "-" : method.toString();
  }

  String knownPath() {
    return path == null ? "-" : path.toString();
  }

  @Nullable String knownAuthority() {
    return authority == null ? null : authority.toString();
  }

  /// Reads it as the head of a request.
  Reading request() {
    if (fault != null) {
      return fault;
    }
    if (method == null || scheme == null || path == null) {
      return malformed("a missing pseudo-header");
    }
    if (!scheme.contentEquals("https")) {
      return malformed("a scheme other than https");
    }
    if (method.contentEquals("CONNECT")) {
      return malformed("CONNECT asks for a tunnel");
    }
    AsciiString named = authority == null ? host : authority;
    if (named == null) {
      return malformed("no authority");
    }
    if (host != null && !host.contentEqualsIgnoreCase(named)) {
      return new Refused(Reason.AMBIGUOUS_TARGET, "Host differs from :authority");
    }
    if (cookies != null) {
      fields.set(HttpHeaderNames.COOKIE, cookies);
    }
    fields.set(HttpHeaderNames.HOST, named);
    return new Understood(method.toString(), named.toString(), path.toString(), contentLength);
  }

  /// Reads it as trailers; null when they are well-formed.
  @Nullable Refused trailerFault() {
    if (fault == null && (method != null || scheme != null || authority != null || path != null)) {
      return malformed("a pseudo-header in trailers");
    }
    if (fault == null && (host != null || cookies != null || contentLength >= 0)) {
      return malformed("a trailer that must not be one");
    }
    return fault;
  }

  /// HPACK has decoded a field.
  @Override
  public Http2Headers add(CharSequence name, CharSequence value) {
    if (hasRoomFor(name, value) && fault == null) {
      fault = read(AsciiString.of(name), AsciiString.of(value));
    }
    return this;
  }

  /// Adds the field `authorization` with a value that [#authorization] of another head gave.
  void addAuthorization(AsciiString value) {
    if (hasRoomFor(HttpHeaderNames.AUTHORIZATION, value) && fault == null) {
      regular = true;
      authorization = value;
      fields.add(HttpHeaderNames.AUTHORIZATION, value);
    }
  }

  /// The value of the last field `authorization`; null when there is none, or anything is wrong.
  @Nullable AsciiString authorization() {
    return fault == null ? authorization : null;
  }

  private boolean hasRoomFor(CharSequence name, CharSequence value) {
    bytes += name.length() + value.length() + OVERHEAD;
    count++;
    if (bytes <= mostBytes && count <= mostFields) {
      return true;
    }
    if (fault == null || fault.reason() != Reason.HEADERS_TOO_LARGE) {
      fault = new Refused(Reason.HEADERS_TOO_LARGE, "more fields than this gateway takes");
    }
    return false;
  }

  private @Nullable Refused read(AsciiString name, AsciiString value) {
    if (name.isEmpty()) {
      return malformed("an empty field name");
    }
    if (HttpHeaderValidationUtil.validateValidHeaderValue(value) >= 0
        || (!value.isEmpty() && isBlank(value.byteAt(value.length() - 1)))) {
      return malformed("a bad field value");
    }
    return name.byteAt(0) == ':' ? readPseudo(name, value) : readRegular(name, value);
  }

  private @Nullable Refused readPseudo(AsciiString name, AsciiString value) {
    if (regular) {
      return malformed("a pseudo-header after other fields");
    }
    AsciiString before;
    switch (name.toString()) {
      case ":method" -> {
        before = method;
        method = value;
        if (!isToken(value)) {
          return malformed("the method is not a token");
        }
      }
      case ":scheme" -> {
        before = scheme;
        scheme = value;
      }
      case ":authority" -> {
        before = authority;
        authority = value;
      }
      case ":path" -> {
        before = path;
        path = value;
        if (value.length() > longestPath) {
          return new Refused(Reason.HEADERS_TOO_LARGE, "the path is too long");
        }
        if (value.isEmpty() || !isVisible(value)) {
          return malformed("a bad path");
        }
      }
      default -> {
        return malformed("an unknown pseudo-header");
      }
    }
    return before == null ? null : malformed("a pseudo-header twice");
  }

  private @Nullable Refused readRegular(AsciiString name, AsciiString value) {
    regular = true;
    boolean underscore = false;
    for (int i = 0; i < name.length(); i++) {
      byte b = name.byteAt(i);
      if ((b >= 'A' && b <= 'Z') || !H1Head.isTokenByte(b)) {
        return malformed("a bad field name");
      }
      underscore |= b == '_';
    }
    if (underscore) {
      return new Refused(Reason.AMBIGUOUS_TARGET, "an underscore in a field name");
    }
    switch (name.toString()) {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" -> {
        return malformed("a connection-specific field");
      }
      case "te" -> {
        if (!value.contentEqualsIgnoreCase("trailers")) {
          return malformed("te other than trailers");
        }
      }
      case "host" -> {
        if (host != null) {
          return new Refused(Reason.AMBIGUOUS_TARGET, "several Host fields");
        }
        host = value;
        return null;
      }
      case "cookie" -> {
        // Crumbs of one field: RFC 9113 §8.2.3.
        cookies = cookies == null ? value : cookies.concat("; ").concat(value);
        return null;
      }
      case "authorization" -> authorization = value;
      case "content-length" -> {
        if (contentLength >= 0 || H1Head.contentLength(value) < 0) {
          return malformed("a bad Content-Length");
        }
        contentLength = H1Head.contentLength(value);
      }
      default -> {}
    }
    fields.add(name, value);
    return null;
  }

  private static boolean isToken(AsciiString text) {
    for (int i = 0; i < text.length(); i++) {
      if (!H1Head.isTokenByte(text.byteAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isVisible(AsciiString text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.byteAt(i) <= ' ' || text.byteAt(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static Refused malformed(String detail) {
    return new Refused(Reason.MALFORMED_REQUEST, detail);
  }
}
