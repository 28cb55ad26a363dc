package io.sallyport.upstream;

import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/// Netty's HPACK decoder, filling an [H2Answer]. An answer whose fields are too large is broken
/// alone; only a block that is too large as it was sent, CONTINUATION frames included, ends the
/// connection.
final class H2AnswerDecoder extends DefaultHttp2HeadersDecoder {
  private static final long NO_LIMIT_OF_HPACK = 0xffff_ffffL;

  H2AnswerDecoder() {
    super(false, NO_LIMIT_OF_HPACK);
  }

  @Override
  protected Http2Headers newHeaders() {
    return new H2Answer();
  }

  @Override
  public void maxHeaderListSize(long max, long goAwayMax) {
    // The bound is ours; what was advertised by SETTINGS is the same.
  }

  @Override
  public long maxHeaderListSize() {
    return H2Answer.MOST_BYTES;
  }

  @Override
  public long maxHeaderListSizeGoAway() {
    return 2L * H2Answer.MOST_BYTES;
  }
}
