package io.sallyport.bundle.format;

import io.sallyport.bundle.source.Node;
import io.sallyport.bundle.source.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A mapping that was read: typed access to its fields. A field that is absent, and one that is
/// wrong and was reported, both answer null or the fallback; reading goes on to find what else is
/// wrong.
public final class Section implements Value {
  private final Place place;
  private final Optional<Shape.Fields> shape;
  private final Map<String, Entry> entries;

  Section(Place place, Optional<Shape.Fields> shape, Map<String, Entry> entries) {
    this.place = place;
    this.shape = shape;
    this.entries = entries;
  }

  /// A name and its value.
  public record Entry(Node.Scalar key, Value value) {}

  @Override
  public Place place() {
    return place;
  }

  /// Every name with its value, in the order they were written.
  public Map<String, Entry> entries() {
    return entries;
  }

  /// Whether it was written, right or wrong.
  public boolean has(String field) {
    return entry(field) != null;
  }

  /// Where the field's value is; where the section starts when it is absent.
  public Place at(String field) {
    Entry entry = entry(field);
    return entry == null ? place : entry.value().place();
  }

  /// Where the field's name is; where the section starts when it is absent.
  public Place nameOf(String field) {
    Entry entry = entry(field);
    return entry == null ? place : entry.key().place();
  }

  public @Nullable Leaf leaf(String field) {
    return value(field) instanceof Leaf leaf ? leaf : null;
  }

  public @Nullable String text(String field) {
    return value(field) instanceof Leaf(_, String text) ? text : null;
  }

  public String text(String field, String fallback) {
    return value(field) instanceof Leaf(_, String text) ? text : fallback;
  }

  public long number(String field, long fallback) {
    return value(field) instanceof Leaf(_, Long number) ? number : fallback;
  }

  /// In bytes.
  public long size(String field, long fallback) {
    return number(field, fallback);
  }

  public int percent(String field, int fallback) {
    return value(field) instanceof Leaf(_, Integer percent) ? percent : fallback;
  }

  public boolean flag(String field, boolean fallback) {
    return value(field) instanceof Leaf(_, Boolean flag) ? flag : fallback;
  }

  public @Nullable Duration duration(String field) {
    return value(field) instanceof Leaf(_, Duration duration) ? duration : null;
  }

  public Duration duration(String field, Duration fallback) {
    return value(field) instanceof Leaf(_, Duration duration) ? duration : fallback;
  }

  public @Nullable Section section(String field) {
    return value(field) instanceof Section section ? section : null;
  }

  /// The sections of a list.
  public List<Section> sections(String field) {
    return value(field) instanceof Many many
        ? many.items().stream().filter(Section.class::isInstance).map(Section.class::cast).toList()
        : List.of();
  }

  /// The single values of a list; a value that stands alone is a list of one.
  public List<Leaf> leaves(String field) {
    Value value = value(field);
    if (value instanceof Leaf leaf) {
      return List.of(leaf);
    }
    return value instanceof Many many
        ? many.items().stream().filter(Leaf.class::isInstance).map(Leaf.class::cast).toList()
        : List.of();
  }

  /// The texts of a list.
  public List<String> texts(String field) {
    return leaves(field).stream().map(Leaf::text).toList();
  }

  /// A value that is free in shape.
  public @Nullable Node tree(String field) {
    return value(field) instanceof Tree(Node node) ? node : null;
  }

  /// The values of a list that are free in shape.
  public List<Node> trees(String field) {
    return value(field) instanceof Many many
        ? many.items().stream().filter(Tree.class::isInstance).map(v -> ((Tree) v).node()).toList()
        : List.of();
  }

  private @Nullable Value value(String field) {
    Entry entry = entry(field);
    return entry == null ? null : entry.value();
  }

  private @Nullable Entry entry(String field) {
    if (shape.isPresent() && shape.get().field(field).isEmpty()) {
      throw new IllegalArgumentException(
          shape.get().name() + " has no field '" + field + "' in the table");
    }
    return entries.get(field);
  }
}
