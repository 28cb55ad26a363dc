package io.sallyport.bundle.source;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads one JSON document (RFC 8259), strictly: no comments, no trailing commas, no name twice.
public final class JsonReader {
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{4}");

  private final SourceFile file;
  private int at;

  private JsonReader(SourceFile file) {
    this.file = file;
  }

  /// The document; empty, and a problem in `findings`, when it is not JSON.
  public static Optional<Node> read(SourceFile file, Findings findings) {
    JsonReader reader = new JsonReader(file);
    try {
      Node node = reader.value(0);
      reader.skipBlanks();
      if (reader.peek() >= 0) {
        throw reader.broken("nothing may follow the document");
      }
      return Optional.of(node);
    } catch (Broken e) {
      findings.problem(file.at(reader.at), "not JSON: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Node value(int depth) {
    if (depth > YamlReader.MAX_DEPTH) {
      throw broken("nested more than " + YamlReader.MAX_DEPTH + " deep");
    }
    skipBlanks();
    Place place = file.at(at);
    return switch (peek()) {
      case '{' -> object(place, depth);
      case '[' -> array(place, depth);
      case '"' -> string();
      case 't' -> word(place, "true", Node.Type.BOOLEAN);
      case 'f' -> word(place, "false", Node.Type.BOOLEAN);
      case 'n' -> word(place, "null", Node.Type.NULL);
      default -> number(place);
    };
  }

  private Node object(Place place, int depth) {
    List<Node.Entry> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    at++;
    skipBlanks();
    boolean more = peek() != '}';
    while (more) {
      skipBlanks();
      if (peek() != '"') {
        throw broken("a name in double quotes is missing");
      }
      int start = at;
      Node.Scalar key = string();
      if (!seen.add(key.text())) {
        at = start;
        throw broken("'" + key.text() + "' comes twice");
      }
      expect(':');
      entries.add(new Node.Entry(key, value(depth + 1)));
      more = moreBefore('}');
    }
    at++;
    return new Node.Mapping(place, entries);
  }

  private Node array(Place place, int depth) {
    List<Node> items = new ArrayList<>();
    at++;
    skipBlanks();
    boolean more = peek() != ']';
    while (more) {
      items.add(value(depth + 1));
      more = moreBefore(']');
    }
    at++;
    return new Node.Sequence(place, items);
  }

  private boolean moreBefore(char end) {
    skipBlanks();
    if (peek() == ',') {
      at++;
      return true;
    }
    if (peek() == end) {
      return false;
    }
    throw broken("',' or '" + end + "' is missing");
  }

  private Node.Scalar string() {
    final Place place = file.at(at);
    StringBuilder text = new StringBuilder();
    at++;
    while (peek() != '"') {
      int c = peek();
      if (c < ' ') {
        throw broken("a text does not end");
      }
      at++;
      if (c == '\\') {
        c = escaped();
      }
      text.appendCodePoint(c);
    }
    at++;
    return new Node.Scalar(place, text.toString(), Node.Type.TEXT, Node.Style.DOUBLE_QUOTED);
  }

  private int escaped() {
    int c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < 4 && peek() >= 0; i++, at++) {
          digits.appendCodePoint(peek());
        }
        if (!HEX.matcher(digits).matches()) {
          throw broken("a bad escape");
        }
        yield Integer.parseInt(digits.toString(), 16);
      }
      default -> throw broken("a bad escape");
    };
  }

  private Node word(Place place, String word, Node.Type type) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (peek() != word.charAt(i)) {
        throw broken("'" + word + "' was expected");
      }
    }
    return new Node.Scalar(place, word, type, Node.Style.PLAIN);
  }

  private Node number(Place place) {
    StringBuilder text = new StringBuilder();
    while ("+-.0123456789eE".indexOf(peek()) >= 0) {
      text.appendCodePoint(peek());
      at++;
    }
    Matcher matcher = NUMBER.matcher(text);
    if (!matcher.matches()) {
      at = place.offset();
      throw broken("a value is missing");
    }
    boolean whole = matcher.group(2) == null && matcher.group(3) == null;
    return new Node.Scalar(
        place, text.toString(), whole ? Node.Type.INTEGER : Node.Type.DECIMAL, Node.Style.PLAIN);
  }

  private void expect(char c) {
    skipBlanks();
    if (peek() != c) {
      throw broken("'" + c + "' is missing");
    }
    at++;
  }

  private void skipBlanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      at++;
    }
  }

  private int peek() {
    return file.codePoint(at);
  }

  private Broken broken(String why) {
    return new Broken(why);
  }

  private static final class Broken extends RuntimeException {
    Broken(String why) {
      super(why, null, false, false);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
