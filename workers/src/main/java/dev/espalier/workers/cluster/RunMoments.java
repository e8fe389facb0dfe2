package dev.espalier.workers.cluster;

/**
 * The moments of every run of cells, each joined from two that are ready: for every cell and every
 * level of a binary tree over the cells, those of the run between the cell and the middle of its
 * node (a disjoint sparse table).
 *
 * <p>Differences of prefix sums would lose the digits of small errors beside large values; here the
 * error of a run knows nothing of values outside it.
 */
final class RunMoments {
  private final int[] weights;
  private final double[][] mean;
  private final double[][] error;

  /**
   * The moments of the runs of these cells.
   *
   * @param starts as {@link Cells#starts} gives them
   */
  RunMoments(SortedValues values, int[] starts) {
    int cells = starts.length - 1;
    int levels = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(cells - 1));
    weights = new int[cells + 1];
    mean = new double[levels][cells];
    error = new double[levels][cells];
    for (int cell = 0; cell < cells; cell++) {
      weights[cell + 1] = values.weights(0, starts[cell + 1]);
      put(0, cell, Moments.of(values, starts[cell], starts[cell + 1]));
    }
    for (int level = 1; level < levels; level++) {
      for (int middle = 1 << level; middle < cells; middle += 2 << level) {
        fill(level, middle);
      }
    }
  }

  /** The number of cells. */
  int cells() {
    return weights.length - 1;
  }

  /** The moments of the cells [from, to), at least one. */
  Moments of(int from, int to) {
    int last = to - 1;
    if (from == last) {
      return at(0, from, from, to);
    }
    int level = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(from ^ last);
    int middle = last >> level << level;
    return at(level, from, from, middle).join(at(level, last, middle, to));
  }

  private void fill(int level, int middle) {
    Moments left = at(0, middle - 1, middle - 1, middle);
    put(level, middle - 1, left);
    for (int from = middle - 2; from >= middle - (1 << level); from--) {
      left = at(0, from, from, from + 1).join(left);
      put(level, from, left);
    }
    Moments right = at(0, middle, middle, middle + 1);
    put(level, middle, right);
    for (int last = middle + 1; last < Math.min(middle + (1 << level), cells()); last++) {
      right = right.join(at(0, last, last, last + 1));
      put(level, last, right);
    }
  }

  private Moments at(int level, int cell, int from, int to) {
    return new Moments(weights[to] - weights[from], mean[level][cell], error[level][cell]);
  }

  private void put(int level, int cell, Moments moments) {
    mean[level][cell] = moments.mean();
    error[level][cell] = moments.error();
  }
}
