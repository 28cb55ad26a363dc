package io.sallyport.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;

/// How an answer's body is told from what follows it (RFC 9112 §6.3), after the decoder has checked
/// what it checks.
sealed interface AnswerFraming {

  /// @param empty there is no body
  /// @param closeDelimited the body lasts until the connection ends
  record Framed(boolean empty, boolean closeDelimited) implements AnswerFraming {}

  record Malformed(String why) implements AnswerFraming {}

  Framed EMPTY = new Framed(true, false);
  Framed SIZED = new Framed(false, false);
  Framed UNTIL_CLOSE = new Framed(false, true);

  static AnswerFraming of(HttpResponse answer, boolean toHead) {
    int status = answer.status().code();
    HttpHeaders headers = answer.headers();
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (status == 204 && length != null) {
      // RFC 9110 §8.6 forbids the field here. Zero is a common and harmless slip; it goes no
      // further.
      if (!length.equals("0")) {
        return new Malformed("204 with a Content-Length");
      }
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    if (toHead || status == 204 || status == 304) {
      return EMPTY;
    }
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return chunkedAlone(headers)
          ? SIZED
          : new Malformed("a Transfer-Encoding other than chunked alone");
    }
    if (length == null) {
      return UNTIL_CLOSE;
    }
    return length.equals("0") ? EMPTY : SIZED;
  }

  private static boolean chunkedAlone(HttpHeaders headers) {
    var values = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return values.size() == 1
        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(values.getFirst())
        && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
  }
}
