package io.sallyport.audit;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON in ASCII, laid straight into one growing array: what the audit writer does for each request
/// (RFC 8259). A general JSON library took three times as long, which was one twentieth of all that
/// a request costs.
///
/// Names must be plain ASCII without quotes: they are ours. Values may be anything. Used by one
/// thread.
final class JsonText {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  private byte[] bytes;
  private int length;

  /// Whether the next name or item is the first of its object or list.
  private boolean first = true;

  JsonText(int capacity) {
    this.bytes = new byte[capacity];
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /// Forgets what comes after a place.
  void cutTo(int place) {
    length = place;
    first = true;
  }

  void newLine() {
    put('\n');
    first = true;
  }

  void begin() {
    put('{');
    first = true;
  }

  void end() {
    put('}');
    first = false;
  }

  @SuppressWarnings("deprecation") // The quick copy of text that is known to be ASCII.
  JsonText name(String name) {
    int size = name.length();
    room(size + 4);
    if (!first) {
      bytes[length++] = ',';
    }
    first = false;
    bytes[length++] = '"';
    name.getBytes(0, size, bytes, length);
    length += size;
    bytes[length++] = '"';
    bytes[length++] = ':';
    return this;
  }

  void text(String name, String value) {
    name(name).text(value);
  }

  void number(String name, long value) {
    name(name).number(value);
  }

  void nothing() {
    room(4);
    put('n');
    put('u');
    put('l');
    put('l');
  }

  void text(String value) {
    int size = value.length();
    room(size + 2);
    bytes[length++] = '"';
    for (int i = 0; i < size; i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        bytes[length++] = (byte) c;
      } else {
        escaped(c);
        room(size - i + 1);
      }
    }
    bytes[length++] = '"';
  }

  private void escaped(char c) {
    room(6);
    bytes[length++] = '\\';
    switch (c) {
      case '"', '\\' -> bytes[length++] = (byte) c;
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
          bytes[length++] = HEX[(c >> shift) & 0xf];
        }
      }
    }
  }

  void number(long value) {
    room(20);
    if (value < 0) {
      raw(Long.toString(value));
      return;
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    int at = length + digits;
    length = at;
    long rest = value;
    do {
      bytes[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
  }

  /// Any value that a rule may read. What JSON has no form for is written as text.
  void value(@Nullable Object value) {
    switch (value) {
      case null -> nothing();
      case Boolean truth -> raw(truth.toString());
      case Integer number -> number(number);
      case Long number -> number(number);
      case Double number when Double.isFinite(number) -> raw(number.toString());
      case Map<?, ?> fields -> object(fields);
      case Iterable<?> items -> list(items);
      default -> text(value.toString());
    }
  }

  private void object(Map<?, ?> fields) {
    begin();
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      if (!first) {
        put(',');
      }
      text(String.valueOf(field.getKey()));
      put(':');
      value(field.getValue());
      first = false;
    }
    end();
  }

  private void list(Iterable<?> items) {
    put('[');
    boolean firstItem = true;
    for (Object item : items) {
      if (!firstItem) {
        put(',');
      }
      firstItem = false;
      value(item);
    }
    put(']');
    first = false;
  }

  private void raw(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      put(ascii.charAt(i));
    }
  }

  private void put(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
