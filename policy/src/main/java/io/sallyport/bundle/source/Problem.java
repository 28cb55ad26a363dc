package io.sallyport.bundle.source;

import java.util.Comparator;

/// Something that keeps a bundle from being loaded, or a warning about one that is.
///
/// @param path the file, relative to the bundle; empty when it is about the bundle as a whole
/// @param line counted from 1; 0 when it is about the file as a whole
/// @param column counted from 1, in code points
/// @param message what is wrong, and what was probably meant
/// @param source the line as written; empty when there is none
public record Problem(String path, int line, int column, String message, String source)
    implements Comparable<Problem> {

  private static final int WIDTH = 160;
  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::path)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::message);

  /// A problem at this place.
  public static Problem at(Place place, String message) {
    String path = place.file().path();
    String source = place.file().shown(place.line() - 1);
    return new Problem(path, place.line(), place.column(), printable(message), source);
  }

  static Problem of(String path, String message) {
    return new Problem(path, 0, 0, printable(message), "");
  }

  /// `path:line:column: message` without the source line.
  public String headline() {
    if (path.isEmpty()) {
      return message;
    }
    return line == 0 ? path + ": " + message : path + ':' + line + ':' + column + ": " + message;
  }

  /// The headline, the source line and a caret below what is meant.
  public String render() {
    if (line == 0) {
      return headline();
    }
    String shown = source;
    int caret = column - 1;
    int points = shown.codePointCount(0, shown.length());
    if (points > WIDTH) {
      int from = Math.clamp(caret - WIDTH / 2, 0, points - WIDTH);
      int to = from + WIDTH;
      shown =
          (from > 0 ? "…" : "")
              + shown.substring(shown.offsetByCodePoints(0, from), shown.offsetByCodePoints(0, to))
              + (to < points ? "…" : "");
      caret = caret - from + (from > 0 ? 1 : 0);
    }
    return headline() + "\n | " + shown + "\n | " + ".".repeat(caret) + "^";
  }

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /// A text in one line and without what steers a terminal: a bundle's text ends up in messages.
  public static String printable(String message) {
    StringBuilder printable = new StringBuilder(message.length());
    message
        .codePoints()
        .forEach(
            c ->
                printable.appendCodePoint(
                    Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                        ? '\uFFFD'
                        : c));
    return printable.toString();
  }
}
