package io.sallyport.listener;

import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/// Netty's HPACK decoder, filling an [H2Head]. What is too large is refused by the head, which
/// keeps nothing of it, so that it can be answered; only a block that is too large as it was sent,
/// several CONTINUATION frames included, ends the connection.
final class H2HeadDecoder extends DefaultHttp2HeadersDecoder {
  private static final long NO_LIMIT_OF_HPACK = 0xffff_ffffL;

  private final ListenerSettings.Bounds bounds;

  H2HeadDecoder(ListenerSettings.Bounds bounds) {
    super(false, NO_LIMIT_OF_HPACK);
    this.bounds = bounds;
  }

  @Override
  protected Http2Headers newHeaders() {
    return new H2Head(bounds);
  }

  @Override
  public void maxHeaderListSize(long max, long goAwayMax) {
    // The bounds are ours; what was advertised by SETTINGS is the same.
  }

  @Override
  public long maxHeaderListSize() {
    return bounds.headerBytes();
  }

  @Override
  public long maxHeaderListSizeGoAway() {
    return 2L * bounds.headerBytes();
  }
}
