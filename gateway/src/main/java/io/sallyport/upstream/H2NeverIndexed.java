package io.sallyport.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2HeadersEncoder.SensitivityDetector;
import io.netty.util.AsciiString;
import java.util.Set;

/// Which fields of a request HPACK never puts into its table: secrets, so that nobody can guess
/// them by the length of what is sent (RFC 7541 §7.1), and what differs in every request, which
/// would only drive out what repeats.
final class H2NeverIndexed implements SensitivityDetector {
  private static final Set<AsciiString> NAMES =
      Set.of(
          HttpHeaderNames.AUTHORIZATION,
          HttpHeaderNames.COOKIE,
          AsciiString.cached("sallyport-identity"),
          AsciiString.cached("sallyport-decision"),
          AsciiString.cached("x-request-id"),
          AsciiString.cached("traceparent"),
          AsciiString.cached(":path"),
          HttpHeaderNames.CONTENT_LENGTH);

  @Override
  public boolean isSensitive(CharSequence name, CharSequence value) {
    return name instanceof AsciiString known && NAMES.contains(known);
  }
}
