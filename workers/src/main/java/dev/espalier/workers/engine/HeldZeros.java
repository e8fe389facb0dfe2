package dev.espalier.workers.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiFunction;

/** Weights that training keeps at zero, and their velocities. */
final class HeldZeros {
  static final HeldZeros NONE = new HeldZeros(new int[0], new int[0]);

  private final int[] weights;
  private final int[] velocities;

  private HeldZeros(int[] weights, int[] velocities) {
    this.weights = weights;
    this.velocities = velocities;
  }

  /**
   * Finds weights in the flat arrays of a graph.
   *
   * @param zeros indices, in canonical order, by the name of the parameter
   */
  static HeldZeros of(Map<String, int[]> zeros, Weights weights) {
    return new HeldZeros(
        positions(zeros, weights::inWeights), positions(zeros, weights::inUpdater));
  }

  /** Writes +0.0. Selects, never multiplies: -1 x 0 is -0.0, and infinity x 0 is NaN. */
  void clear(FloatBuffer flatWeights, FloatBuffer flatVelocities) {
    for (int position : weights) {
      flatWeights.put(position, 0f);
    }
    for (int position : velocities) {
      flatVelocities.put(position, 0f);
    }
  }

  private static int[] positions(
      Map<String, int[]> zeros, BiFunction<String, int[], int[]> locate) {
    return zeros.entrySet().stream()
        .flatMapToInt(e -> Arrays.stream(locate.apply(e.getKey(), e.getValue())))
        .sorted()
        .toArray();
  }
}
