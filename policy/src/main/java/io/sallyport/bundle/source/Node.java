package io.sallyport.bundle.source;

import java.util.List;

/// A tree of what was written, each part with its place.
public sealed interface Node {

  /// Where it starts.
  Place place();

  /// Names and values, in the order they were written; no name comes twice.
  record Mapping(Place place, List<Entry> entries) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }
  }

  /// One name and its value.
  record Entry(Scalar key, Node value) {}

  record Sequence(Place place, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /// A single value.
  ///
  /// @param text what it says, quotes and folding undone
  /// @param type what YAML's core schema takes it for
  record Scalar(Place place, String text, Type type, Style style) implements Node {

    /// The place of the code point with this offset in `text`.
    public Place at(int offset) {
      return ScalarPlaces.locate(this, offset);
    }
  }

  /// Something that may not be written, which was reported.
  record Refused(Place place) implements Node {}

  enum Type {
    TEXT,
    INTEGER,
    DECIMAL,
    BOOLEAN,
    NULL
  }

  enum Style {
    PLAIN,
    SINGLE_QUOTED,
    DOUBLE_QUOTED,
    LITERAL,
    FOLDED
  }

  /// What it is, for a message.
  default String kind() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Refused _ -> "something that is not allowed";
      case Scalar scalar ->
          switch (scalar.type()) {
            case TEXT -> "text";
            case INTEGER, DECIMAL -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "nothing";
          };
    };
  }
}
