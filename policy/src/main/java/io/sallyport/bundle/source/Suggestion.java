package io.sallyport.bundle.source;

import java.util.Collection;
import java.util.Locale;

/// What was probably meant: the closest of the words that would have been right.
public final class Suggestion {
  private Suggestion() {}

  /// `; did you mean 'policy'?`, or nothing when no word is close.
  public static String among(Collection<String> words, String written) {
    String best = "";
    int least = 1 + (written.length() < 5 ? 1 : Math.max(2, written.length() * 2 / 5));
    for (String word : words) {
      if (Math.abs(word.length() - written.length()) < least) {
        int distance = distance(fold(word), fold(written));
        boolean better = distance < least || (distance == least && word.compareTo(best) < 0);
        if (better && distance < word.length()) {
          best = word;
          least = distance;
        }
      }
    }
    return best.isEmpty() ? "" : "; did you mean '" + best + "'?";
  }

  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Insertions, deletions, replacements, and swaps of neighbours (optimal string alignment).
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
