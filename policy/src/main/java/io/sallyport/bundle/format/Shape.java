package io.sallyport.bundle.format;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a value looks like.
public sealed interface Shape {

  /// In words, as in "'connect' must be a duration such as 500ms".
  String expected();

  /// Text.
  ///
  /// @param pattern what it must match as a whole; null: anything but nothing
  record Text(String expected, Optional<Pattern> pattern, int maxLength) implements Shape {
    public static Text free(String expected) {
      return new Text(expected, Optional.empty(), 16_384);
    }

    public static Text matching(String expected, String pattern) {
      return new Text(expected, Optional.of(Pattern.compile(pattern)), 1_024);
    }
  }

  /// One of a closed list.
  ///
  /// @param notYet words that a later version will know
  record Word(List<String> words, List<String> notYet) implements Shape {
    public Word {
      words = List.copyOf(words);
      notYet = List.copyOf(notYet);
    }

    public static Word of(String... words) {
      return new Word(List.of(words), List.of());
    }

    @Override
    public String expected() {
      return words.size() == 1
          ? "'" + words.getFirst() + "'"
          : "one of " + String.join(", ", words);
    }
  }

  /// A whole number.
  record Whole(long min, long max) implements Shape {
    @Override
    public String expected() {
      return "a number from " + min + " to " + max;
    }
  }

  /// A share such as `50%`.
  record Percent(int min, int max) implements Shape {
    @Override
    public String expected() {
      return "a share from " + min + "% to " + max + "%";
    }
  }

  /// A time with a unit such as `500ms`.
  record Span(Duration min, Duration max) implements Shape {
    @Override
    public String expected() {
      return "a duration from " + Units.show(min) + " to " + Units.show(max);
    }
  }

  /// An amount of bytes with a unit such as `1MiB`.
  record Size(long min, long max) implements Shape {
    @Override
    public String expected() {
      return "a size from " + Units.showSize(min) + " to " + Units.showSize(max);
    }
  }

  /// `true` or `false`.
  record Flag() implements Shape {
    @Override
    public String expected() {
      return "true or false";
    }
  }

  /// Whatever; somebody else checks it.
  record Anything() implements Shape {
    @Override
    public String expected() {
      return "any value";
    }
  }

  /// A list.
  record Items(Shape item, int min, int max) implements Shape {
    @Override
    public String expected() {
      return "a list";
    }
  }

  /// A mapping whose names are free.
  record Named(Text name, Shape value, int max) implements Shape {
    @Override
    public String expected() {
      return "a mapping";
    }
  }

  /// A single value, or a list of them.
  record OneOrMany(Shape one, Items many) implements Shape {
    @Override
    public String expected() {
      return one.expected() + " or a list";
    }
  }

  /// A mapping with known fields.
  ///
  /// @param name what it is called in messages: `route`
  record Fields(String name, List<Field> fields) implements Shape {
    public Fields {
      fields = List.copyOf(fields);
    }

    public static Fields of(String name, Field... fields) {
      return new Fields(name, List.of(fields));
    }

    @Override
    public String expected() {
      return "a mapping";
    }

    Optional<Field> field(String name) {
      return fields.stream().filter(f -> f.name().equals(name)).findFirst();
    }
  }
}
