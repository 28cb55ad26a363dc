package io.sallyport.upstream;

import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The little of `Http2Headers` that Netty's codec uses on a client's side: it walks over what is
/// written, and adds what was read one by one. Nothing is stored here.
abstract sealed class H2FieldBlock extends EmptyHeaders<CharSequence, CharSequence, Http2Headers>
    implements Http2Headers permits H2Answer, H2RequestFields {
  /// RFC 9113 §8.2.2.
  private static final Set<AsciiString> CONNECTION_SPECIFIC =
      Set.of(
          HttpHeaderNames.CONNECTION,
          AsciiString.cached("keep-alive"),
          AsciiString.cached("proxy-connection"),
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.UPGRADE);

  /// Whether a field, in lower case, is about one connection and has no place in HTTP/2.
  static boolean isConnectionSpecific(AsciiString name) {
    return CONNECTION_SPECIFIC.contains(name);
  }

  @Override
  public Iterator<CharSequence> valueIterator(CharSequence name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable CharSequence method() {
    return null;
  }

  @Override
  public @Nullable CharSequence scheme() {
    return null;
  }

  @Override
  public @Nullable CharSequence authority() {
    return null;
  }

  @Override
  public @Nullable CharSequence path() {
    return null;
  }

  @Override
  public @Nullable CharSequence status() {
    return null;
  }

  @Override
  public Http2Headers method(CharSequence value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Http2Headers scheme(CharSequence value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Http2Headers authority(CharSequence value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Http2Headers path(CharSequence value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Http2Headers status(CharSequence value) {
    throw new UnsupportedOperationException();
  }
}
