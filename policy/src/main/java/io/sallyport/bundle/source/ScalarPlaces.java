package io.sallyport.bundle.source;

/// Finds where a character of a scalar's value was written.
///
/// Folding, indentation and escapes only ever add or change white space around the value's visible
/// characters (and spell single characters in a longer way). So the value is laid along the source,
/// white space on either side skipped: every visible character is found exactly, in every style.
final class ScalarPlaces {
  private final SourceFile file;
  private final Node.Style style;
  private int at;

  private ScalarPlaces(Node.Scalar scalar) {
    this.file = scalar.place().file();
    this.style = scalar.style();
    this.at = scalar.place().offset();
  }

  static Place locate(Node.Scalar scalar, int offset) {
    int[] value = scalar.text().codePoints().toArray();
    ScalarPlaces places = new ScalarPlaces(scalar);
    places.enter();
    for (int i = 0; i < Math.min(offset, value.length); i++) {
      if (!blank(value[i])) {
        places.skipBlanks();
        places.at += places.spelling();
      }
    }
    if (offset < value.length && !blank(value[offset])) {
      places.skipBlanks();
    }
    return scalar.place().file().at(places.at);
  }

  private void enter() {
    switch (style) {
      case PLAIN -> {}
      case SINGLE_QUOTED, DOUBLE_QUOTED -> at++;
      case LITERAL, FOLDED -> {
        while (file.codePoint(at) != '\n'
            && file.codePoint(at) != '\r'
            && file.codePoint(at) >= 0) {
          at++;
        }
      }
    }
  }

  private void skipBlanks() {
    while (true) {
      if (blank(file.codePoint(at))) {
        at++;
      } else if (style == Node.Style.DOUBLE_QUOTED && escapedBlank()) {
        at += spelling();
      } else {
        return;
      }
    }
  }

  private boolean escapedBlank() {
    int next = file.codePoint(at + 1);
    return file.codePoint(at) == '\\' && (blank(next) || next == 'n' || next == 't' || next == 'r');
  }

  /// How many code points spell the character here.
  private int spelling() {
    int here = file.codePoint(at);
    return switch (style) {
      case SINGLE_QUOTED -> here == '\'' ? 2 : 1;
      case DOUBLE_QUOTED ->
          here != '\\'
              ? 1
              : switch (file.codePoint(at + 1)) {
                case 'x' -> 4;
                case 'u' -> 6;
                case 'U' -> 10;
                default -> 2;
              };
      case PLAIN, LITERAL, FOLDED -> 1;
    };
  }

  private static boolean blank(int codePoint) {
    return codePoint == ' ' || codePoint == '\t' || codePoint == '\n' || codePoint == '\r';
  }
}
