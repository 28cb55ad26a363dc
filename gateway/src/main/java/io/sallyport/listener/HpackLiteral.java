package io.sallyport.listener;

import io.netty.buffer.ByteBuf;

/// Finds a field in a block of HPACK (RFC 7541 §6) without decoding the others. For one thread.
final class HpackLiteral {
  /// The index of `authorization` in the static table (RFC 7541, appendix A).
  static final int AUTHORIZATION = 23;

  /// Longer integers than a block is large are nobody's.
  private static final int MOST_SEVENS = 3;

  private int from;
  private int to;
  private int at;

  /// Whether the block has a literal of that name, not to be indexed or without indexing, such as
  /// the connection's table does not learn. Then [#from] and [#to] are where the first one stands.
  ///
  /// False as well when the block changes the table's size or is not well formed; the block is only
  /// looked at.
  boolean find(ByteBuf block, int name) {
    at = block.readerIndex();
    while (at < block.writerIndex()) {
      from = at;
      int first = block.getByte(at);
      if (first < 0) {
        integer(block, 7);
      } else if ((first & 0xe0) == 0x20) {
        return false;
      } else {
        boolean learnt = first >= 0x40;
        int index = integer(block, learnt ? 6 : 4);
        if (index == 0) {
          skipText(block);
        }
        skipText(block);
        to = at;
        if (index == name && !learnt) {
          return to <= block.writerIndex();
        }
      }
    }
    return false;
  }

  /// Where the field begins, its first byte included.
  int from() {
    return from;
  }

  /// Where what follows the field begins.
  int to() {
    return to;
  }

  private void skipText(ByteBuf block) {
    int length = integer(block, 7);
    at = length < 0 ? Integer.MAX_VALUE : Math.min(at, block.writerIndex()) + length;
  }

  /// The integer (RFC 7541 §5.1) with so many bits in its first byte; negative, and the block is at
  /// its end, when it is not whole or too large.
  private int integer(ByteBuf block, int bits) {
    int end = block.writerIndex();
    int most = (1 << bits) - 1;
    int value = at < end ? block.getByte(at++) & most : -1;
    if (value < most) {
      return value;
    }
    for (int seven = 0; seven < MOST_SEVENS && at < end; seven++) {
      int next = block.getByte(at++);
      value += (next & 0x7f) << (7 * seven);
      if (next >= 0) {
        return value;
      }
    }
    at = Integer.MAX_VALUE;
    return -1;
  }
}
