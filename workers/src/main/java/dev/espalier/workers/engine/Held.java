package dev.espalier.workers.engine;

import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.Hold;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What training keeps, as places in the flat arrays of a graph: weights at zero and their velocity,
 * values that are frozen, and weights that share a value.
 *
 * <p>Weights of one value have equal gradients before a step, so the optimizer moves them as it
 * would move one parameter; after it all have what the first one has, so that no rounding that
 * depends on the place parts them.
 */
final class Held {
  static final Held NOTHING =
      new Held(
          new int[0],
          new int[0],
          new Frozen(new int[0], new float[0], new int[0]),
          List.of(),
          false);

  private final int[] zeroWeights;
  private final int[] zeroVelocities;
  private final Frozen frozen;
  private final List<Group> groups;
  private final boolean mean;

  /** Values that stay, and the velocities of those that would be trained. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Frozen(int[] weights, float[] values, int[] velocities) {}

  /** The weights of one shared value, in canonical order. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Group(int[] weights, int[] velocities) {}

  private Held(
      int[] zeroWeights, int[] zeroVelocities, Frozen frozen, List<Group> groups, boolean mean) {
    this.zeroWeights = zeroWeights;
    this.zeroVelocities = zeroVelocities;
    this.frozen = frozen;
    this.groups = groups;
    this.mean = mean;
  }

  /**
   * Finds what is held in the arrays of a graph, whose values are those that are held.
   *
   * @param holds by the name of the parameter
   */
  static Held of(Map<String, Hold> holds, CentroidGradient centroids, Weights weights) {
    int[] zeroWeights = {};
    int[] zeroVelocities = {};
    List<Group> groups = new ArrayList<>();
    for (Map.Entry<String, Hold> held : new TreeMap<>(holds).entrySet()) {
      String name = held.getKey();
      int[] zeros = held.getValue().zeros();
      if (zeros.length > 0) {
        zeroWeights = joined(zeroWeights, weights.inWeights(name, zeros));
        zeroVelocities = joined(zeroVelocities, weights.inUpdater(name, zeros));
      }
      if (held.getValue() instanceof Hold.Shared shared) {
        for (int[] members : shared.codebook().members()) {
          if (members.length > 0) {
            groups.add(
                new Group(weights.inWeights(name, members), weights.inUpdater(name, members)));
          }
        }
      }
    }
    Arrays.sort(zeroWeights);
    Arrays.sort(zeroVelocities);
    boolean mean = centroids == CentroidGradient.MEAN;
    return new Held(zeroWeights, zeroVelocities, frozen(holds, weights), groups, mean);
  }

  private static Frozen frozen(Map<String, Hold> holds, Weights weights) {
    int[] places = {};
    int[] velocities = {};
    for (Map.Entry<String, Hold> held : new TreeMap<>(holds).entrySet()) {
      if (held.getValue() instanceof Hold.Frozen) {
        String name = held.getKey();
        int[] all = IntStream.range(0, weights.size(name)).toArray();
        places = joined(places, weights.inWeights(name, all));
        if (weights.isTrained(name)) {
          velocities = joined(velocities, weights.inUpdater(name, all));
        }
      }
    }
    float[] values = new float[places.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = weights.flat().get(places[i]);
    }
    return new Frozen(places, values, velocities);
  }

  /** Whether {@link #join} has anything to do. */
  boolean joinsGradients() {
    return !groups.isEmpty();
  }

  /**
   * Gives all weights of a shared value the sum of their gradients, or the mean; both are added up
   * in canonical order and double precision, and rounded once.
   */
  void join(FloatBuffer gradients) {
    for (Group group : groups) {
      double sum = 0;
      for (int position : group.weights) {
        sum += gradients.get(position);
      }
      float joint = (float) (mean ? sum / group.weights.length : sum);
      put(gradients, group.weights, joint);
    }
  }

  /** Writes what is held. Selects, never multiplies: -1 x 0 is -0.0, and infinity x 0 is NaN. */
  void restore(FloatBuffer weights, FloatBuffer velocities) {
    put(weights, zeroWeights, 0f);
    put(velocities, zeroVelocities, 0f);
    for (int i = 0; i < frozen.weights.length; i++) {
      weights.put(frozen.weights[i], frozen.values[i]);
    }
    put(velocities, frozen.velocities, 0f);
    for (Group group : groups) {
      put(weights, group.weights, weights.get(group.weights[0]));
      put(velocities, group.velocities, velocities.get(group.velocities[0]));
    }
  }

  private static void put(FloatBuffer values, int[] positions, float value) {
    for (int position : positions) {
      values.put(position, value);
    }
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
