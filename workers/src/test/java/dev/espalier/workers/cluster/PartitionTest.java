package dev.espalier.workers.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionTest {
  private static final int MOST = 1_000;

  /** On a grid many partitions are equally good, and one penalty is right for many k. */
  @Test
  void findsEveryNumberOfRunsAmongEquals() {
    float[] grid = new float[150];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = i % 100 + 1; // the first fifty twice
    }
    SortedValues values = SortedValues.of(grid);
    RunMoments runs = new RunMoments(values, Cells.starts(values, values.size()));
    ExactKMeans exact = new ExactKMeans(grid);
    for (int k = 1; k < values.size(); k++) {
      int[] cuts = Partition.optimal(runs, k);
      assertEquals(k + 1, cuts.length);
      double error = 0;
      for (int j = 0; j < k; j++) {
        error += runs.of(cuts[j], cuts[j + 1]).errorOfCentroid();
      }
      assertEquals(exact.leastError(k), error, 1e-9, k + " runs");
    }
  }

  @ParameterizedTest
  @EnumSource
  void momentsOfRunsAreThoseOfTheirValues(LayerKind kind) {
    SortedValues values = SortedValues.of(kind.layer(300, 1));
    RunMoments runs = new RunMoments(values, Cells.starts(values, 70));
    int[] starts = Cells.starts(values, 70);
    for (int from = 0; from < runs.cells(); from++) {
      for (int to = from + 1; to <= runs.cells(); to++) {
        Moments direct = Moments.of(values, starts[from], starts[to]);
        Moments joined = runs.of(from, to);
        assertEquals(direct.weights(), joined.weights());
        assertEquals(direct.mean(), joined.mean(), 1e-12 * Math.sqrt(direct.error()) + 1e-13);
        assertEquals(direct.error(), joined.error(), 1e-9 * direct.error());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void cellsAreAsLongAsOneErrorAllows(LayerKind kind) {
    SortedValues values = SortedValues.of(kind.layer(12_000, 2));
    int[] starts = Cells.starts(values, MOST);
    int cells = starts.length - 1;
    assertTrue(MOST / 2 <= cells && cells <= MOST, () -> cells + " cells");
    assertEquals(0, starts[0]);
    assertEquals(values.size(), starts[cells]);
    double largest = 0;
    double leastRefused = Double.POSITIVE_INFINITY;
    for (int cell = 0; cell < cells; cell++) {
      assertTrue(starts[cell] < starts[cell + 1]);
      largest = Math.max(largest, Moments.of(values, starts[cell], starts[cell + 1]).error());
      if (cell < cells - 1) {
        double longer = Moments.of(values, starts[cell], starts[cell + 1] + 1).error();
        leastRefused = Math.min(leastRefused, longer);
      }
    }
    assertTrue(largest <= (1 + 1e-9) * leastRefused, largest + " and " + leastRefused);
  }
}
