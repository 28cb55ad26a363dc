package io.sallyport.policy.cel;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The name that somebody probably meant.
final class Suggestion {

  private Suggestion() {}

  /// The message, and whom it should have named when there is a name close to `wrong`.
  static String named(String message, String wrong, Collection<String> names) {
    return closest(wrong, names)
        .map(name -> message + "; did you mean '" + name + "'?")
        .orElse(message);
  }

  private static Optional<String> closest(String wrong, Collection<String> names) {
    int farthest = Math.max(1, wrong.length() / 3);
    return names.stream()
        .filter(name -> distance(wrong, name) <= farthest)
        .min(
            Comparator.<String>comparingInt(name -> distance(wrong, name))
                .thenComparing(name -> name));
  }

  /// Levenshtein's distance: insertions, deletions and replacements.
  private static int distance(String one, String other) {
    int[] previous = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] current = new int[other.length() + 1];
      current[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[other.length()];
  }
}
