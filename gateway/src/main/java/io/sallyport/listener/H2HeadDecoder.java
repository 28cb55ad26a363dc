package io.sallyport.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// Netty's HPACK decoder, filling an [H2Head]. What is too large is refused by the head, which
/// keeps nothing of it, so that it can be answered; only a block that is too large as it was sent,
/// several CONTINUATION frames included, ends the connection.
///
/// Most clients send their token with each request as a literal that is not to be indexed (RFC 7541
/// §7.1.3). It is decoded when its coded bytes differ from the connection's last ones: Huffman's
/// code for half a kilobyte costs as much as the rest of admission.
final class H2HeadDecoder extends DefaultHttp2HeadersDecoder {
  /// A field that is longer when coded is decoded each time, so that a connection remembers little.
  static final int LONGEST_REMEMBERED = 4096;

  private static final long NO_LIMIT_OF_HPACK = 0xffff_ffffL;

  private final ListenerSettings.Bounds bounds;
  private final HpackLiteral literal = new HpackLiteral();
  private @Nullable H2Head head;
  private ByteBuf lastCoded = Unpooled.EMPTY_BUFFER;
  private @Nullable AsciiString lastValue;

  H2HeadDecoder(ListenerSettings.Bounds bounds) {
    super(false, NO_LIMIT_OF_HPACK);
    this.bounds = bounds;
  }

  @Override
  public Http2Headers decodeHeaders(int streamId, ByteBuf block) throws Http2Exception {
    if (!literal.find(block, HpackLiteral.AUTHORIZATION)) {
      return super.decodeHeaders(streamId, block);
    }
    int end = block.writerIndex();
    var begun = new H2Head(bounds);
    head = begun;
    try {
      block.writerIndex(literal.from());
      super.decodeHeaders(streamId, block);
      block.writerIndex(literal.to());
      authorization(streamId, block, begun);
      block.writerIndex(end);
      return super.decodeHeaders(streamId, block);
    } finally {
      head = null;
    }
  }

  private void authorization(int streamId, ByteBuf coded, H2Head into) throws Http2Exception {
    AsciiString known = lastValue;
    if (known != null && ByteBufUtil.equals(coded, lastCoded)) {
      into.addAuthorization(known);
      coded.readerIndex(coded.writerIndex());
      return;
    }
    int from = coded.readerIndex();
    int length = coded.readableBytes();
    super.decodeHeaders(streamId, coded);
    AsciiString value = length > LONGEST_REMEMBERED ? null : into.authorization();
    lastValue = value;
    lastCoded =
        value == null
            ? Unpooled.EMPTY_BUFFER
            : Unpooled.wrappedBuffer(ByteBufUtil.getBytes(coded, from, length));
  }

  /// Of a block that is decoded in pieces, each fills the same head.
  @Override
  protected Http2Headers newHeaders() {
    H2Head begun = head;
    return begun == null ? new H2Head(bounds) : begun;
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
