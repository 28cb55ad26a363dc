package io.sallyport.bundle.format;

import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Node;
import io.sallyport.bundle.source.Place;
import io.sallyport.bundle.source.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Checks a tree against a shape and reports everything that does not fit.
public final class Shapes {
  private final Findings findings;

  private Shapes(Findings findings) {
    this.findings = findings;
  }

  /// What the tree says. Parts that do not fit are reported and answer [Value.Faulty].
  public static Value check(Node node, Shape shape, String name, Findings findings) {
    return new Shapes(findings).check(node, shape, name);
  }

  private Value check(Node node, Shape shape, String name) {
    if (node instanceof Node.Refused(Place place)) {
      return new Value.Faulty(place);
    }
    if (shape instanceof Shape.Anything) {
      return new Value.Tree(node);
    }
    if (node instanceof Node.Scalar(Place place, _, Node.Type type, _) && type == Node.Type.NULL) {
      return faulty(place, "'" + name + "' has no value; it must be " + shape.expected());
    }
    return switch (shape) {
      case Shape.Fields fields ->
          node instanceof Node.Mapping mapping
              ? section(mapping, fields)
              : misfit(node, shape, name);
      case Shape.Named named ->
          node instanceof Node.Mapping mapping
              ? names(mapping, named, name)
              : misfit(node, shape, name);
      case Shape.Items items ->
          node instanceof Node.Sequence list ? items(list, items, name) : misfit(node, shape, name);
      case Shape.OneOrMany either -> oneOrMany(node, either, name);
      default ->
          node instanceof Node.Scalar scalar
              ? scalar(scalar, shape, name)
              : misfit(node, shape, name);
    };
  }

  private Section section(Node.Mapping mapping, Shape.Fields shape) {
    Map<String, Section.Entry> entries = new LinkedHashMap<>();
    for (Node.Entry entry : mapping.entries()) {
      Place place = entry.key().place();
      String name = entry.key().text();
      Optional<Field> known = shape.field(name);
      if (known.isEmpty()) {
        findings.problem(place, unknown(name, shape));
      } else if (known.get().need() == Field.Need.NOT_YET) {
        findings.problem(place, "'" + name + "' is not supported yet");
        entries.put(name, new Section.Entry(entry.key(), new Value.Faulty(place)));
      } else {
        Value value = check(entry.value(), known.get().shape(), name);
        entries.put(name, new Section.Entry(entry.key(), value));
      }
    }
    for (Field field : shape.fields()) {
      if (field.need() == Field.Need.REQUIRED && !entries.containsKey(field.name())) {
        String why = field.absent().isEmpty() ? "" : ": " + field.absent();
        findings.problem(mapping.place(), shape.name() + " without '" + field.name() + "'" + why);
      }
    }
    return new Section(mapping.place(), Optional.of(shape), entries);
  }

  private static String unknown(String name, Shape.Fields shape) {
    List<String> names = shape.fields().stream().map(Field::name).toList();
    String meant = Suggestion.among(names, name);
    String known =
        shape.fields().stream()
            .filter(field -> field.need() != Field.Need.NOT_YET)
            .map(Field::name)
            .collect(Collectors.joining(", ", "; it may have ", ""));
    return "unknown field '%s' in %s%s"
        .formatted(name, shape.name(), meant.isEmpty() ? known : meant);
  }

  private Section names(Node.Mapping mapping, Shape.Named shape, String name) {
    Map<String, Section.Entry> entries = new LinkedHashMap<>();
    if (mapping.entries().size() > shape.max()) {
      findings.problem(mapping.place(), "'%s' has more than %d names".formatted(name, shape.max()));
    }
    for (Node.Entry entry : mapping.entries()) {
      Node.Scalar key = entry.key();
      Node.Scalar text = new Node.Scalar(key.place(), key.text(), Node.Type.TEXT, key.style());
      if (scalar(text, shape.name(), name) instanceof Value.Leaf) {
        Value value = check(entry.value(), shape.value(), key.text());
        entries.put(key.text(), new Section.Entry(key, value));
      }
    }
    return new Section(mapping.place(), Optional.empty(), entries);
  }

  private Value oneOrMany(Node node, Shape.OneOrMany shape, String name) {
    boolean otherWord =
        node instanceof Node.Scalar scalar
            && shape.one() instanceof Shape.Word word
            && !word.words().contains(scalar.text());
    if (otherWord && node instanceof Node.Scalar scalar) {
      return faulty(
          node.place(),
          "'%s' must be %s, or a list: [%s]"
              .formatted(name, shape.one().expected(), scalar.text()));
    }
    return check(node, node instanceof Node.Sequence ? shape.many() : shape.one(), name);
  }

  private Value items(Node.Sequence list, Shape.Items shape, String name) {
    if (list.items().size() < shape.min()) {
      findings.problem(list.place(), "'" + name + "' must not be empty");
    }
    if (list.items().size() > shape.max()) {
      findings.problem(list.place(), "'%s' has more than %d entries".formatted(name, shape.max()));
    }
    List<Value> items = new ArrayList<>();
    for (Node item : list.items()) {
      items.add(check(item, shape.item(), name));
    }
    return new Value.Many(list.place(), items);
  }

  private Value scalar(Node.Scalar scalar, Shape shape, String name) {
    return switch (shape) {
      case Shape.Text text -> text(scalar, text, name);
      case Shape.Word word -> word(scalar, word, name);
      case Shape.Whole number -> number(scalar, number, name);
      case Shape.Flag _ ->
          scalar.type() == Node.Type.BOOLEAN
              ? new Value.Leaf(scalar, scalar.text().equalsIgnoreCase("true"))
              : misfit(scalar, shape, name);
      case Shape.Span(Duration min, Duration max) ->
          measured(
              scalar,
              shape,
              name,
              "such as 500ms, 60s, 5m or 24h",
              Units.duration(scalar.text()),
              min,
              max);
      case Shape.Size(long min, long max) ->
          measured(
              scalar,
              shape,
              name,
              "such as 64KiB, 1MiB or 10GiB",
              Units.size(scalar.text()),
              min,
              max);
      case Shape.Percent(int min, int max) ->
          measured(scalar, shape, name, "such as 50%", Units.percent(scalar.text()), min, max);
      case Shape.Fields _, Shape.Named _, Shape.Items _, Shape.OneOrMany _, Shape.Anything _ ->
          misfit(scalar, shape, name);
    };
  }

  private Value text(Node.Scalar scalar, Shape.Text shape, String name) {
    if (scalar.type() != Node.Type.TEXT) {
      String written = scalar.text();
      return faulty(
          scalar.place(),
          "'%s' is text; put %s in quotes: \"%s\"".formatted(name, written, written));
    }
    if (scalar.text().length() > shape.maxLength()) {
      return faulty(
          scalar.place(), "'%s' is longer than %d characters".formatted(name, shape.maxLength()));
    }
    boolean fits =
        shape.pattern().isEmpty()
            ? !scalar.text().isBlank()
            : shape.pattern().get().matcher(scalar.text()).matches();
    return fits
        ? new Value.Leaf(scalar, scalar.text())
        : faulty(
            scalar.place(),
            "'%s' must be %s, not %s%s"
                .formatted(
                    name, shape.expected(), quoted(scalar), otherCase(scalar.text(), shape)));
  }

  private static String otherCase(String text, Shape.Text shape) {
    for (String other : List.of(text.toLowerCase(Locale.ROOT), text.toUpperCase(Locale.ROOT))) {
      if (shape.pattern().isPresent() && shape.pattern().get().matcher(other).matches()) {
        return "; did you mean '" + other + "'?";
      }
    }
    return "";
  }

  private Value word(Node.Scalar scalar, Shape.Word shape, String name) {
    if (shape.words().contains(scalar.text())) {
      return new Value.Leaf(scalar, scalar.text());
    }
    if (shape.notYet().contains(scalar.text())) {
      return faulty(scalar.place(), "'%s: %s' is not supported yet".formatted(name, scalar.text()));
    }
    return faulty(
        scalar.place(),
        "'%s' must be %s, not %s%s"
            .formatted(
                name,
                shape.expected(),
                quoted(scalar),
                shape.words().size() == 1 ? "" : Suggestion.among(shape.words(), scalar.text())));
  }

  private Value number(Node.Scalar scalar, Shape.Whole shape, String name) {
    if (scalar.type() != Node.Type.INTEGER) {
      return misfit(scalar, shape, name);
    }
    try {
      long number = Long.parseLong(scalar.text());
      if (number >= shape.min() && number <= shape.max()) {
        return new Value.Leaf(scalar, number);
      }
    } catch (NumberFormatException e) {
      // Too large for a long, or not decimal: outside of every range that a field has.
    }
    return misfit(scalar, shape, name);
  }

  private <T extends Comparable<T>> Value measured(
      Node.Scalar scalar,
      Shape shape,
      String name,
      String examples,
      Optional<T> amount,
      T min,
      T max) {
    if (amount.isEmpty()) {
      String lacks =
          scalar.type() == Node.Type.INTEGER
              ? "'%s' needs a unit, %s; %s has none".formatted(name, examples, scalar.text())
              : "'%s' must be %s, %s, not %s"
                  .formatted(name, shape.expected(), examples, quoted(scalar));
      return faulty(scalar.place(), lacks);
    }
    boolean within = amount.get().compareTo(min) >= 0 && amount.get().compareTo(max) <= 0;
    return within ? new Value.Leaf(scalar, amount.get()) : misfit(scalar, shape, name);
  }

  private Value misfit(Node node, Shape shape, String name) {
    String found = node instanceof Node.Scalar scalar ? quoted(scalar) : node.kind();
    return faulty(node.place(), "'%s' must be %s, not %s".formatted(name, shape.expected(), found));
  }

  private Value.Faulty faulty(Place place, String message) {
    findings.problem(place, message);
    return new Value.Faulty(place);
  }

  private static String quoted(Node.Scalar scalar) {
    String text =
        scalar.text().length() > 60 ? scalar.text().substring(0, 60) + "…" : scalar.text();
    return scalar.type() == Node.Type.TEXT ? "'" + text + "'" : text;
  }
}
