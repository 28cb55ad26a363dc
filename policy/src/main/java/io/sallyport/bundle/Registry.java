package io.sallyport.bundle;

import io.sallyport.bundle.format.Value;
import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Place;
import io.sallyport.bundle.source.Suggestion;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything of one kind by its id, across files: ids come once, what is named exists, and what
/// nobody names is noticed.
final class Registry<T> {
  private final String kind;
  private final Findings findings;
  private boolean complete = true;
  private final Map<String, Defined<T>> defined = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  private record Defined<T>(Place place, @Nullable T value) {}

  Registry(String kind, Findings findings) {
    this.kind = kind;
    this.findings = findings;
  }

  /// @param value null when it is faulty, which was reported
  void define(Value.@Nullable Leaf id, @Nullable T value) {
    if (id == null) {
      complete = false;
      return;
    }
    Defined<T> first = defined.putIfAbsent(id.text(), new Defined<>(id.place(), value));
    if (first != null) {
      findings.problem(id.place(), twice(id.text(), first.place()));
      findings.problem(first.place(), twice(id.text(), id.place()));
    }
  }

  private String twice(String id, Place other) {
    return "%s '%s' is there twice; the other is at %s".formatted(kind, id, other);
  }

  /// What this id names; null when there is no such thing or it is faulty, which was reported.
  @Nullable T use(Value.Leaf reference) {
    String id = reference.text();
    Defined<T> found = defined.get(id);
    if (found == null && !complete) {
      // What it names may well be there, in a part that could not be read; that was reported.
      return null;
    }
    if (found == null) {
      String meant = Suggestion.among(defined.keySet(), id);
      findings.problem(reference.place(), "there is no %s '%s'%s".formatted(kind, id, meant));
      return null;
    }
    used.add(id);
    return found.value();
  }

  /// It is named where nobody has to look it up.
  void used(String id) {
    used.add(id);
  }

  /// Part of the bundle could not be read: from now on nothing is said to be missing.
  void incomplete() {
    complete = false;
  }

  void warnOfUnused(String by) {
    defined.forEach(
        (id, what) -> {
          if (!used.contains(id)) {
            findings.warning(what.place(), "%s '%s' is not used by any %s".formatted(kind, id, by));
          }
        });
  }

  /// Every id, of what is in order and of what is not.
  Set<String> ids() {
    return Set.copyOf(defined.keySet());
  }

  /// What is in order, by id.
  Map<String, T> values() {
    Map<String, T> values = new LinkedHashMap<>();
    defined.forEach(
        (id, what) -> {
          if (what.value() != null) {
            values.put(id, what.value());
          }
        });
    return values;
  }
}
