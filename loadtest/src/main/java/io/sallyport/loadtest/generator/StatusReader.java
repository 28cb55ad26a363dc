package io.sallyport.loadtest.generator;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;

/// Reads the status out of HTTP/2 answers' field blocks (HPACK, RFC 7541), one for each connection.
///
/// A block that leaves the dynamic table alone, which is nearly every one once a connection is
/// warm, is only walked over. Any other goes through Netty's decoder, so that the table stays
/// right.
final class StatusReader {
  /// The status of a block without one: trailers.
  static final int NONE = 0;

  // Static table, 8 to 14: `:status` with these values (appendix A).
  private static final int[] STATIC = {200, 204, 206, 304, 400, 404, 500};
  private static final int FIRST_STATIC = 8;
  private static final long LARGEST_LIST = 256 * 1024;

  private final DefaultHttp2HeadersDecoder decoder =
      new DefaultHttp2HeadersDecoder(false, LARGEST_LIST);

  /// @param block is left where it is
  int status(int stream, ByteBuf block) throws Http2Exception {
    int first = block.isReadable() ? block.getUnsignedByte(block.readerIndex()) - 0x80 : 0;
    if (first >= FIRST_STATIC
        && first < FIRST_STATIC + STATIC.length
        && leavesTableAlone(block.readerIndex(), block)) {
      return STATIC[first - FIRST_STATIC];
    }
    CharSequence status = decoder.decodeHeaders(stream, block.duplicate()).status();
    return status == null ? NONE : Integer.parseInt(status.toString());
  }

  private static boolean leavesTableAlone(int from, ByteBuf block) {
    int at = from;
    int end = block.writerIndex();
    while (at < end) {
      int kind = block.getUnsignedByte(at);
      if (kind >= 0x80) {
        at = afterInteger(block, at, 7);
      } else if (kind >= 0x20) {
        // A literal to be indexed, or an update of the table's size.
        return false;
      } else {
        boolean newName = (kind & 0x0f) == 0;
        at = afterInteger(block, at, 4);
        at = newName ? afterString(block, at) : at;
        at = afterString(block, at);
      }
    }
    // What does not end where it should is for the decoder to complain about.
    return at == end;
  }

  private static int afterInteger(ByteBuf block, int at, int prefix) {
    int most = (1 << prefix) - 1;
    int next = at + 1;
    if ((block.getByte(at) & most) == most) {
      while (next < block.writerIndex() && block.getByte(next) < 0) {
        next++;
      }
      next++;
    }
    return next;
  }

  private static int afterString(ByteBuf block, int at) {
    if (at >= block.writerIndex()) {
      return Integer.MAX_VALUE;
    }
    int length = block.getByte(at) & 0x7f;
    int next = at + 1;
    if (length == 0x7f) {
      int shift = 0;
      int octet;
      do {
        if (next >= block.writerIndex() || shift > 14) {
          return Integer.MAX_VALUE;
        }
        octet = block.getByte(next++);
        length += (octet & 0x7f) << shift;
        shift += 7;
      } while (octet < 0);
    }
    return next + length;
  }
}
