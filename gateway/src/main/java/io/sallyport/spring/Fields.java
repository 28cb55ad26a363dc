package io.sallyport.spring;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import java.util.Locale;
import org.springframework.http.HttpHeaders;

/// Header fields between Spring and Netty.
final class Fields {
  private Fields() {}

  /// A copy with names in lower case, as HTTP/2 needs them.
  ///
  /// @throws IllegalArgumentException when a name or a value is none, such as a value with a line
  ///   break, or when two lengths of the body are said
  static io.netty.handler.codec.http.HttpHeaders netty(HttpHeaders fields) {
    var copy = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    fields.forEach((name, values) -> copy.add(name.toLowerCase(Locale.ROOT), values));
    if (copy.getAll(HttpHeaders.CONTENT_LENGTH).size() > 1) {
      throw new IllegalArgumentException("Content-Length twice");
    }
    return copy;
  }

  /// What the fields promise of the body: its length, or -1 when they do not say.
  static long contentLength(io.netty.handler.codec.http.HttpHeaders fields) {
    String length = fields.get(HttpHeaders.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }
}
