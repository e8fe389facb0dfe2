package dev.espalier.sweep.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects what is wrong with a config, so that all of it is reported at once, up to what a person
 * reads.
 */
public final class Problems {
  private record Problem(SourceLocation place, String text) {}

  /** The first in the order of the file; of the others only the number is told. */
  public static final int SHOWN = 50;

  private final List<Problem> problems = new ArrayList<>();

  /**
   * Reports a problem.
   *
   * @param path of the value, such as {@code grid.sparsity[2]}; empty for the whole file
   * @param text the rule, and what was found
   */
  public void add(SourceLocation place, String path, String text) {
    String where = path.isEmpty() ? place.text() : place.text() + ": " + path;
    problems.add(new Problem(place, where + ": " + text));
  }

  public boolean isEmpty() {
    return problems.isEmpty();
  }

  public void throwIfAny() throws ConfigException {
    if (!problems.isEmpty()) {
      List<String> shown = new ArrayList<>();
      problems.stream()
          .sorted(Comparator.comparingLong(problem -> problem.place().order()))
          .limit(SHOWN)
          .forEach(problem -> shown.add(problem.text()));
      if (problems.size() > SHOWN) {
        shown.add("and %,d more".formatted(problems.size() - SHOWN));
      }
      throw new ConfigException(shown);
    }
  }
}
