package io.sallyport.bundle.source;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The text of one file, as code points, and where its lines start. Immutable.
public final class SourceFile {
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final String path;
  private final int[] text;
  private final int[] lineStarts;

  private SourceFile(String path, int[] text) {
    this.path = path;
    this.text = text;
    int[] starts = new int[text.length + 2];
    int lines = 1;
    for (int i = 0; i < text.length; i++) {
      boolean carriageReturnAlone =
          text[i] == '\r' && (i + 1 == text.length || text[i + 1] != '\n');
      if (text[i] == '\n' || carriageReturnAlone) {
        starts[lines++] = i + 1;
      }
    }
    this.lineStarts = Arrays.copyOf(starts, lines);
  }

  /// A file of this text.
  public static SourceFile of(String path, String text) {
    int[] points = text.codePoints().toArray();
    boolean marked = points.length > 0 && points[0] == BYTE_ORDER_MARK;
    return new SourceFile(path, marked ? Arrays.copyOfRange(points, 1, points.length) : points);
  }

  /// A file of these bytes; empty, and a problem in `findings`, when they are not UTF-8.
  public static Optional<SourceFile> decode(String path, byte[] bytes, Findings findings) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    SourceFile file = of(path, out.toString());
    if (result.isError()) {
      findings.problem(
          file.at(file.text.length),
          "byte 0x%02X here is not UTF-8; save the file as UTF-8"
              .formatted(bytes[in.position()] & 0xFF));
      return Optional.empty();
    }
    return Optional.of(file);
  }

  /// Its path relative to the bundle, with slashes.
  public String path() {
    return path;
  }

  /// The whole text, without a byte order mark.
  public String text() {
    return new String(text, 0, text.length);
  }

  /// The point after this many code points.
  public Place at(int offset) {
    return new Place(this, Math.clamp(offset, 0, text.length));
  }

  /// The point at this line and column, both counted from 0, the column in code points.
  public Place at(int line, int column) {
    return at(lineStarts[Math.clamp(line, 0, lineStarts.length - 1)] + column);
  }

  /// The code point at this offset; -1 at the end.
  int codePoint(int offset) {
    return offset < text.length ? text[offset] : -1;
  }

  int lineOf(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found : -found - 2;
  }

  int startOfLine(int line) {
    return lineStarts[line];
  }

  /// A line as it may be shown on a terminal: one column for each code point, controls as spaces.
  String shown(int line) {
    StringBuilder shown = new StringBuilder();
    int end = line + 1 < lineStarts.length ? lineStarts[line + 1] : text.length;
    for (int i = lineStarts[line]; i < end && text[i] != '\n' && text[i] != '\r'; i++) {
      boolean harmless =
          switch (Character.getType(text[i])) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
          };
      shown.appendCodePoint(harmless ? text[i] : ' ');
    }
    return shown.toString();
  }
}
