package dev.espalier.sweep.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the word that was meant. */
public final class Nearest {
  private static final int MAX_LENGTH = 64;

  private Nearest() {}

  /**
   * {@code "; did you mean WORD?"} for the word that takes the fewest edits, at most a third of the
   * letters; else for the two nearest that are equal up to the last slash; empty where there are
   * none.
   */
  public static String hint(String found, Collection<String> words) {
    if (found.length() > MAX_LENGTH) {
      return "";
    }
    Optional<String> nearest =
        words.stream().min(Comparator.comparingInt(word -> distance(found, word)));
    return nearest
        .filter(word -> distance(found, word) <= Math.max(1, word.length() / 3))
        .map(word -> "; did you mean " + word + "?")
        .orElseGet(() -> family(found, words));
  }

  private static String family(String found, Collection<String> words) {
    String family = found.substring(0, found.lastIndexOf('/') + 1);
    List<String> members =
        words.stream()
            .filter(word -> !family.isEmpty() && word.startsWith(family))
            .sorted(Comparator.comparingInt(word -> distance(found, word)))
            .limit(2)
            .toList();
    return members.isEmpty() ? "" : "; did you mean " + String.join(" or ", members) + "?";
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours between {@code a} and {@code b}.
   */
  public static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
