package io.sallyport.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes the few kinds of DER value that a certificate is made of (X.690). Each method gives one
/// complete value: tag, length, content.
final class Der {
  private static final int FIRST_GENERALIZED_YEAR = 2050;
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... values) {
    return value(0x30, concat(values));
  }

  static byte[] integer(BigInteger number) {
    return value(0x02, number.toByteArray());
  }

  static byte[] integer(long number) {
    return integer(BigInteger.valueOf(number));
  }

  static byte[] yes() {
    return value(0x01, new byte[] {(byte) 0xff});
  }

  static byte[] octets(byte[] bytes) {
    return value(0x04, bytes);
  }

  static byte[] bits(byte[] bytes) {
    return bits(bytes, 0);
  }

  /// A bit string whose last `unused` bits do not count.
  static byte[] bits(byte[] bytes, int unused) {
    return value(0x03, concat(new byte[] {(byte) unused}, bytes));
  }

  static byte[] objectId(String dotted) {
    var arcs = dotted.split("\\.");
    var out = new ByteArrayOutputStream();
    base128(out, Long.parseLong(arcs[0]) * 40 + Long.parseLong(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      base128(out, Long.parseLong(arcs[i]));
    }
    return value(0x06, out.toByteArray());
  }

  /// RFC 5280 section 4.1.2.5: two-digit years until 2049, four digits from 2050.
  static byte[] time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).getYear() < FIRST_GENERALIZED_YEAR
        ? value(0x17, ascii(UTC_TIME.format(instant)))
        : value(0x18, ascii(GENERALIZED_TIME.format(instant)));
  }

  /// A context-specific tag around a complete value.
  static byte[] explicit(int tag, byte[] value) {
    return value(0xa0 | tag, value);
  }

  /// A context-specific tag in place of the primitive value's own.
  static byte[] implicit(int tag, byte[] content) {
    return value(0x80 | tag, content);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] value(int tag, byte[] content) {
    var out = new ByteArrayOutputStream(content.length + 4);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      var length = BigInteger.valueOf(content.length).toByteArray();
      int from = length[0] == 0 ? 1 : 0;
      out.write(0x80 | (length.length - from));
      out.write(length, from, length.length - from);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static void base128(ByteArrayOutputStream out, long number) {
    int shift = 63 - Long.numberOfLeadingZeros(Math.max(number, 1));
    for (int group = shift / 7; group >= 0; group--) {
      int bits = (int) (number >>> (7 * group)) & 0x7f;
      out.write(group == 0 ? bits : bits | 0x80);
    }
  }
}
