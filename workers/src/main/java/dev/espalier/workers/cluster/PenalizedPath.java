package dev.espalier.workers.cluster;

/**
 * The partition of cells into any number of runs with the least sum of errors and of a penalty for
 * every run: the larger the penalty, the fewer the runs.
 *
 * <p>The error of a run about its best centroid has the quadrangle inequality, whichever values are
 * allowed as centroids. So where the last run of the best partition starts never moves left when
 * cells are added on the right, and candidates for it stand in a queue, each with the first cell
 * from which on it is the best (Galil and Park, 1990): m log m steps for m cells.
 */
final class PenalizedPath {
  private final RunMoments runs;
  private final double[] least;
  private final int[] lastStart;
  private final int[] candidate;
  private final int[] bestFrom;

  PenalizedPath(RunMoments runs) {
    this.runs = runs;
    int places = runs.cells() + 1;
    least = new double[places];
    lastStart = new int[places];
    candidate = new int[places];
    bestFrom = new int[places];
  }

  /** Where the runs start at this penalty, and at the end the number of cells. */
  int[] cuts(double penalty) {
    int cells = runs.cells();
    int head = 0;
    int tail = 0;
    candidate[0] = 0;
    bestFrom[0] = 1;
    for (int end = 1; end <= cells; end++) {
      while (head < tail && bestFrom[head + 1] <= end) {
        head++;
      }
      lastStart[end] = candidate[head];
      least[end] = upTo(end, candidate[head]) + penalty;
      tail = queue(end, head, tail);
    }
    return trace();
  }

  /**
   * Puts the run that starts at {@code start} into the queue, where it is better than those before
   * it.
   *
   * @return the new tail
   */
  private int queue(int start, int head, int tail) {
    int cells = runs.cells();
    int back = tail;
    while (back >= head) {
      int from = Math.max(bestFrom[back], start + 1);
      if (from > cells || !isBetter(from, start, candidate[back])) {
        break;
      }
      back--;
    }
    int from = start + 1;
    if (back >= head) {
      from = firstBetter(Math.max(bestFrom[back], start + 1), start, candidate[back]);
    }
    if (from <= cells) {
      back++;
      candidate[back] = start;
      bestFrom[back] = from;
    }
    return back;
  }

  /**
   * The first end after {@code end}, where it is not yet so, at which the later start is better.
   */
  private int firstBetter(int end, int later, int earlier) {
    int cells = runs.cells();
    int low = end;
    int step = 1;
    while (low + step <= cells && !isBetter(low + step, later, earlier)) {
      low += step;
      step *= 2;
    }
    int high = Math.min(low + step, cells + 1);
    while (low + 1 < high) {
      int middle = (low + high) >>> 1;
      if (isBetter(middle, later, earlier)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private boolean isBetter(int end, int later, int earlier) {
    return upTo(end, later) < upTo(end, earlier);
  }

  private double upTo(int end, int start) {
    return least[start] + runs.of(start, end).errorOfCentroid();
  }

  private int[] trace() {
    int count = 0;
    for (int end = runs.cells(); end > 0; end = lastStart[end]) {
      count++;
    }
    int[] cuts = new int[count + 1];
    for (int end = runs.cells(); end > 0; end = lastStart[end]) {
      cuts[count--] = end;
    }
    return cuts;
  }
}
