package dev.espalier.workers.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array outside all workspaces, freed at once instead of by the collector. */
record Detached(INDArray array) implements AutoCloseable {

  /**
   * The targets of labels: 1 for the class, 0 for the others, [labels, classes].
   *
   * @throws IllegalArgumentException if a label is none of the classes
   */
  static Detached oneHot(int[] labels, int classes) {
    float[] target = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "label " + i + ": must be in [0, " + classes + "), found " + labels[i]);
      }
      target[i * classes + labels[i]] = 1f;
    }
    return new Detached(Nd4j.create(target, labels.length, classes));
  }

  @Override
  public void close() {
    array.close();
  }
}
