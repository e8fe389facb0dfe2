package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * The partition of any number of values: the best that cuts only between cells, moved from there by
 * Lloyd's iteration on the values themselves.
 */
final class CellPartition {
  private static final int CELLS_PER_RUN = 64;
  private static final int MIN_CELLS = 4096;
  private static final int MAX_ROUNDS = 100;

  private final SortedValues values;
  private final int[] starts;
  private final RunMoments runs;

  private CellPartition(SortedValues values, int[] starts) {
    this.values = values;
    this.starts = starts;
    this.runs = new RunMoments(values, starts);
  }

  /**
   * The centroids of a partition into {@code k} runs, ascending, floats other than zero.
   *
   * @param k less than the number of values
   */
  static float[] centroids(SortedValues values, int k) {
    int[] starts = Cells.starts(values, Math.max(MIN_CELLS, CELLS_PER_RUN * k));
    return new CellPartition(values, starts).centroids(k);
  }

  private float[] centroids(int k) {
    int[] cuts = Partition.optimal(runs, k);
    Arrays.setAll(cuts, j -> starts[cuts[j]]);
    float[] centroids = centroids(cuts);
    if (runs.cells() == values.size()) {
      return centroids;
    }
    for (int round = 0; round < MAX_ROUNDS; round++) {
      if (!moveToNearest(cuts, centroids)) {
        return centroids;
      }
      centroids = centroids(cuts);
    }
    return centroids;
  }

  /**
   * Moves each cut to where values are nearer to the next centroid; a value midway goes to the
   * lower.
   *
   * @return whether any moved; none does if a run would lose all its values
   */
  private boolean moveToNearest(int[] cuts, float[] centroids) {
    int[] moved = values.nearestTo(centroids);
    for (int j = 1; j < moved.length; j++) {
      if (moved[j - 1] >= moved[j]) {
        return false;
      }
    }
    boolean any = !Arrays.equals(moved, cuts);
    System.arraycopy(moved, 0, cuts, 0, cuts.length);
    return any;
  }

  private float[] centroids(int[] cuts) {
    float[] centroids = new float[cuts.length - 1];
    for (int j = 0; j < centroids.length; j++) {
      centroids[j] = moments(cuts[j], cuts[j + 1]).centroid();
    }
    return centroids;
  }

  /** The moments of the values [from, to): whole cells are ready, the ends are added up. */
  private Moments moments(int from, int to) {
    int first = firstStartingFrom(from);
    int last = firstStartingFrom(to + 1) - 1;
    if (first >= last) {
      return Moments.of(values, from, to);
    }
    Moments moments = runs.of(first, last);
    if (from < starts[first]) {
      moments = Moments.of(values, from, starts[first]).join(moments);
    }
    if (starts[last] < to) {
      moments = moments.join(Moments.of(values, starts[last], to));
    }
    return moments;
  }

  /** The first cell that starts at this value or behind it. */
  private int firstStartingFrom(int index) {
    int found = Arrays.binarySearch(starts, index);
    return found < 0 ? -found - 1 : found;
  }
}
