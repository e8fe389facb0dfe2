package dev.espalier.workers.engine;

import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.model.WeightedNetwork;

/**
 * A network that predicts with 32-bit floats. One thread uses it at a time, and the last one closes
 * it.
 */
public interface FloatNetwork extends AutoCloseable {

  /**
   * Probabilities, with the running statistics of batch norm.
   *
   * @param images normalized, [count, height, width, channels]
   * @return [count, classes]
   */
  float[] predict(float[] images, int count);

  /**
   * What it computes, as a table with its parameters.
   *
   * @throws InexpressibleException if it is a user's own network that no table expresses
   */
  WeightedNetwork weighted() throws InexpressibleException;

  /** Frees its native memory and this thread's scratch memory; from the thread that used it. */
  @Override
  void close();
}
