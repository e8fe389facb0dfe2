package dev.espalier.workers.engine;

import dev.espalier.workers.model.Network;
import java.util.Arrays;
import java.util.function.BiFunction;

/** Predictions for more images than should be in memory at once. */
final class InBatches {
  /** Images in a batch; fixed, so that equal weights and images give equal bits. */
  private static final int BATCH = 64;

  private InBatches() {}

  /**
   * The probabilities of all images, [count, classes].
   *
   * @param images normalized, [count, height, width, channels]; at least one
   * @param batch gives the probabilities of so many images
   */
  static float[] predicted(
      Network network, float[] images, BiFunction<float[], Integer, float[]> batch) {
    int size = network.input().size();
    int count = images.length / size;
    network.input().requireImages(images, count);
    float[] all = new float[count * network.classes()];
    for (int from = 0; from < count; from += BATCH) {
      int some = Math.min(BATCH, count - from);
      float[] found =
          batch.apply(Arrays.copyOfRange(images, from * size, (from + some) * size), some);
      System.arraycopy(found, 0, all, from * network.classes(), found.length);
    }
    return all;
  }
}
