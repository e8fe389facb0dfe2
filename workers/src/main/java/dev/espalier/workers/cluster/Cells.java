package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * Sorted values grouped into runs of neighbours, the cells, whose squared errors about their own
 * means are about equal: narrow where values are many and wide where they are few, so that no place
 * is resolved badly in comparison to others, however far tails reach.
 */
final class Cells {
  private static final int MAX_SCANS = 60;

  private Cells() {}

  /**
   * At most {@code most} cells. Each is as long as its error allows, which is the same for all; it
   * is chosen such that at least half of the cells are used. With at most {@code most} values each
   * is a cell of its own.
   *
   * @return where each cell starts, and at the end the number of values
   */
  static int[] starts(SortedValues values, int most) {
    if (values.size() <= most) {
      int[] starts = new int[values.size() + 1];
      Arrays.setAll(starts, i -> i);
      return starts;
    }
    int[] starts = new int[most + 1];
    int[] best = {0, values.size()};
    Bracket bracket = new Bracket();
    // What cells of equal density and equal width would have.
    double limit = bracket.next(errorOfAll(values) / most / most / most);
    for (int scan = 0; scan < MAX_SCANS && !bracket.isClosed(); scan++) {
      int cells = fill(values, limit, starts);
      double ratio;
      if (starts[cells] < values.size()) {
        bracket.above(limit);
        ratio = 1.25 * values.size() / starts[cells];
      } else {
        bracket.below(limit);
        best = Arrays.copyOf(starts, cells + 1);
        if (cells >= most / 2) {
          return best;
        }
        ratio = 1.25 * cells / most;
      }
      // The error of a run of even density grows with the cube of its length.
      limit = bracket.next(limit * ratio * ratio * ratio);
    }
    return best;
  }

  /** Fills {@code starts} from the left, until the values or the places end. */
  private static int fill(SortedValues values, double limit, int[] starts) {
    int cells = 0;
    int start = 0;
    while (start < values.size() && cells < starts.length - 1) {
      starts[cells++] = start;
      start = end(values, start, limit);
    }
    starts[cells] = start;
    return cells;
  }

  /** Where the longest run that starts at {@code start} and has at most this error ends. */
  private static int end(SortedValues values, int start, double limit) {
    double first = values.value(start);
    double weights = values.weights(start, start + 1);
    double sum = 0;
    double squares = 0;
    for (int i = start + 1; i < values.size(); i++) {
      double times = values.weights(i, i + 1);
      double distance = values.value(i) - first;
      weights += times;
      sum += times * distance;
      squares += times * distance * distance;
      if (squares * weights - sum * sum > limit * weights) {
        return i;
      }
    }
    return values.size();
  }

  private static double errorOfAll(SortedValues values) {
    double mean = 0;
    double error = 0;
    for (int i = 0; i < values.size(); i++) {
      double times = values.weights(i, i + 1);
      double distance = values.value(i) - mean;
      double share = times / values.weights(0, i + 1);
      mean += share * distance;
      error += times * (1 - share) * distance * distance;
    }
    return error;
  }
}
