package dev.espalier.workers.engine;

/**
 * The arithmetic of Nesterov's momentum in 32-bit floats, each operation rounded by itself: the
 * same bits as Deeplearning4j's updater.
 */
final class Nesterov {
  private Nesterov() {}

  /** Sums over a batch become means. */
  static void mean(float[] gradients, int count, float batch) {
    for (int i = 0; i < count; i++) {
      gradients[i] /= batch;
    }
  }

  /** Adds {@code decay} times the weights to their gradients. */
  static void decay(float[] weights, float[] gradients, int count, float decay) {
    for (int i = 0; i < count; i++) {
      gradients[i] += decay * weights[i];
    }
  }

  /**
   * Moves weights: with velocity v' = momentum v - rate g, by (1 + momentum) v' - momentum v. That
   * is Nesterov's step in terms of the point ahead (arXiv 1212.0901, section 3.5).
   *
   * @param velocities become v'
   */
  static void move(
      float[] weights,
      float[] gradients,
      float[] velocities,
      int count,
      float momentum,
      float rate) {
    float ahead = -momentum - 1;
    for (int i = 0; i < count; i++) {
      float kept = momentum * velocities[i];
      float velocity = kept - rate * gradients[i];
      velocities[i] = velocity;
      weights[i] -= kept + ahead * velocity;
    }
  }

  /** Moves running statistics, whose gradients are what they lose. */
  static void subtract(float[] statistics, float[] gradients, int count) {
    for (int i = 0; i < count; i++) {
      statistics[i] -= gradients[i];
    }
  }
}
