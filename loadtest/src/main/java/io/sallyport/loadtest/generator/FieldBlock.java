package io.sallyport.loadtest.generator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The field block of a target's HTTP/2 requests (HPACK, RFC 7541): the first one of a connection
/// puts its fields into the server's dynamic table, every later one names them by their index, one
/// byte each, as browsers and h2load do. A token that changes from request to request is not
/// indexed: it would push the rest out. Strings are not Huffman-coded.
final class FieldBlock {
  /// The size of the table as long as nobody says otherwise (RFC 9113, 6.5.2).
  static final int DEFAULT_TABLE = 4096;

  private static final int GET = 2;
  private static final int HTTPS = 7;
  private static final int AUTHORITY = 1;
  private static final int PATH = 4;
  private static final int AUTHORIZATION = 23;
  private static final int STATIC_ENTRIES = 61;
  private static final int ENTRY_OVERHEAD = 32;

  private static final byte[] BEARER = "Bearer ".getBytes(StandardCharsets.US_ASCII);

  private final byte[] first;
  private final byte[] later;
  private final byte[] plain;
  private final int tableSize;

  private record Field(int staticName, String name, String value) {}

  FieldBlock(Target target) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(AUTHORITY, ":authority", target.serverName()));
    fields.add(new Field(PATH, ":path", target.path()));
    for (Header header : target.headers()) {
      int known = header.name().equals("authorization") ? AUTHORIZATION : 0;
      fields.add(new Field(known, header.name(), header.value()));
    }
    ByteBuf first = Unpooled.buffer().writeByte(0x80 | GET).writeByte(0x80 | HTTPS);
    ByteBuf later = first.copy();
    // An update of the table's size to none (6.3), then literals that are not indexed.
    ByteBuf plain = Unpooled.buffer().writeByte(0x20).writeBytes(first.duplicate());
    int size = 0;
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      literal(first, 0x40, 6, field);
      literal(plain, 0x00, 4, field);
      // The newest entry has the lowest index.
      integer(later, 0x80, 7, STATIC_ENTRIES + fields.size() - i);
      size += field.name().length() + field.value().length() + ENTRY_OVERHEAD;
    }
    this.first = bytes(first);
    this.later = bytes(later);
    this.plain = bytes(plain);
    this.tableSize = size;
  }

  /// What the server's table must hold, in octets as RFC 7541, 4.1 counts them.
  int tableSize() {
    return tableSize;
  }

  /// Adds the block of the first request of a connection.
  void writeFirst(ByteBuf out) {
    out.writeBytes(first);
  }

  /// Adds the block of every other request.
  void writeLater(ByteBuf out) {
    out.writeBytes(later);
  }

  /// Adds the block for a server whose table is too small: nothing is indexed.
  void writePlain(ByteBuf out) {
    out.writeBytes(plain);
  }

  /// Adds a token as a literal that is not indexed.
  static void writeToken(ByteBuf out, byte[] token) {
    integer(out, 0x00, 4, AUTHORIZATION);
    integer(out, 0x00, 7, BEARER.length + token.length);
    out.writeBytes(BEARER).writeBytes(token);
  }

  private static void literal(ByteBuf out, int kind, int prefix, Field field) {
    integer(out, kind, prefix, field.staticName());
    if (field.staticName() == 0) {
      string(out, field.name());
    }
    string(out, field.value());
  }

  private static void string(ByteBuf out, String text) {
    integer(out, 0x00, 7, text.length());
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  /// RFC 7541, 5.1.
  private static void integer(ByteBuf out, int kind, int prefix, int number) {
    int most = (1 << prefix) - 1;
    if (number < most) {
      out.writeByte(kind | number);
      return;
    }
    out.writeByte(kind | most);
    int rest = number - most;
    while (rest >= 0x80) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  private static byte[] bytes(ByteBuf from) {
    byte[] bytes = new byte[from.readableBytes()];
    from.readBytes(bytes).release();
    return bytes;
  }
}
