package io.sallyport.upstream;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The field block of an HTTP/2 answer, or of its trailers, checked while HPACK decodes it (RFC
/// 9113 §8.2, §8.3) and put straight into the header fields that the receiver gets: no second copy,
/// no second check.
///
/// It remembers the first thing that is wrong and decodes on, because HPACK's state belongs to the
/// connection: a malformed answer breaks its own stream and no other.
final class H2Answer extends H2FieldBlock {
  /// Counted as RFC 9113 §6.5.2 does.
  static final int MOST_BYTES = 64 * 1024;

  private static final int OVERHEAD = 32;

  private static final AsciiString INTERIM = AsciiString.cached("100");

  /// `tchar` of RFC 9110 §5.6.2, without capitals.
  private static final BitSet NAME = nameBytes();

  private final HttpHeaders fields =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  private int bytes;
  private int status;
  private long contentLength = -1;
  private @Nullable String fault;

  HttpHeaders fields() {
    return fields;
  }

  /// From 100 to 599, when [#headFault] is null.
  int statusCode() {
    return status;
  }

  /// -1 when there is none.
  long contentLength() {
    return contentLength;
  }

  /// What is wrong with it as the head of an answer; null when it is well-formed.
  @Nullable String headFault() {
    return fault == null && status == 0 ? "no :status" : fault;
  }

  /// What is wrong with it as trailers; null when they are well-formed.
  @Nullable String trailersFault() {
    return fault == null && status != 0 ? "a pseudo-header in trailers" : fault;
  }

  /// Netty asks whether the answer is an interim one.
  @Override
  public @Nullable CharSequence status() {
    return status >= 100 && status < 200 ? INTERIM : null;
  }

  /// HPACK has decoded a field.
  @Override
  public Http2Headers add(CharSequence name, CharSequence value) {
    if (fault == null) {
      bytes += name.length() + value.length() + OVERHEAD;
      fault =
          bytes > MOST_BYTES
              ? "fields of more than " + MOST_BYTES + " bytes"
              : read(AsciiString.of(name), AsciiString.of(value));
    }
    return this;
  }

  private @Nullable String read(AsciiString name, AsciiString value) {
    if (name.isEmpty()) {
      return "an empty field name";
    }
    if (name.byteAt(0) == ':') {
      return readPseudo(name, value);
    }
    if (!isName(name)) {
      return "a bad field name";
    }
    if (!isValue(value)) {
      return "a bad field value";
    }
    return readRegular(name, value);
  }

  private @Nullable String readPseudo(AsciiString name, AsciiString value) {
    if (!name.contentEquals(":status")) {
      return "an unknown pseudo-header";
    }
    if (status != 0) {
      return ":status twice";
    }
    if (!fields.isEmpty()) {
      return "a pseudo-header after other fields";
    }
    status = parsed(value);
    return status == 0 ? ":status is not three digits between 100 and 599" : null;
  }

  private static int parsed(AsciiString text) {
    if (text.length() != 3) {
      return 0;
    }
    int code = 0;
    for (int i = 0; i < 3; i++) {
      int digit = text.byteAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      code = 10 * code + digit;
    }
    return code >= 100 && code < 600 ? code : 0;
  }

  private @Nullable String readRegular(AsciiString name, AsciiString value) {
    if (isConnectionSpecific(name)) {
      return "a connection-specific field";
    }
    if (HttpHeaderNames.CONTENT_LENGTH.equals(name)) {
      long length = length(value);
      if (contentLength >= 0 || length < 0) {
        return "a bad Content-Length";
      }
      contentLength = length;
    }
    fields.add(name, value);
    return null;
  }

  /// The value of `1*DIGIT` (RFC 9110 §8.6); -1 when it is anything else, or does not fit.
  private static long length(AsciiString text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.byteAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }

  private static boolean isName(AsciiString name) {
    for (int i = 0; i < name.length(); i++) {
      byte b = name.byteAt(i);
      if (b < 0 || !NAME.get(b)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValue(AsciiString value) {
    return value.isEmpty()
        || (!isBlank(value.byteAt(0))
            && !isBlank(value.byteAt(value.length() - 1))
            && HttpHeaderValidationUtil.validateValidHeaderValue(value) < 0);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static BitSet nameBytes() {
    var bytes = new BitSet(128);
    bytes.set('0', '9' + 1);
    bytes.set('a', 'z' + 1);
    "!#$%&'*+-.^_`|~".chars().forEach(bytes::set);
    return bytes;
  }
}
