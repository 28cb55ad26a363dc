package io.sallyport.bundle.source;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Collects what reading a bundle finds, so that everything is reported at once. For one thread.
public final class Findings {
  private final SortedSet<Problem> problems = new TreeSet<>();
  private final SortedSet<Problem> warnings = new TreeSet<>();

  /// Something at this place keeps the bundle from being loaded.
  public void problem(Place place, String message) {
    problems.add(Problem.at(place, message));
  }

  /// Something about a whole file (or, with an empty path, the bundle) keeps it from being loaded.
  public void problem(String path, String message) {
    problems.add(Problem.of(path, message));
  }

  /// Something at this place is allowed and still worth a look.
  public void warning(Place place, String message) {
    warnings.add(Problem.at(place, message));
  }

  /// Something about a whole file is allowed and still worth a look.
  public void warning(String path, String message) {
    warnings.add(Problem.of(path, message));
  }

  public boolean clean() {
    return problems.isEmpty();
  }

  /// Sorted by file, line and column.
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /// Sorted by file, line and column.
  public List<Problem> warnings() {
    return List.copyOf(warnings);
  }
}
