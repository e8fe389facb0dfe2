package dev.espalier.workers.engine;

import dev.espalier.workers.inference.Inference;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onednn.ThreadScratch;
import java.util.Set;

/**
 * Predictions on oneDNN of a network that is not trained: without the graph that training needs, to
 * build and to close which takes longer than to predict a thousand small images. The bits are those
 * of {@link TrainableNetwork}.
 */
final class FloatPredictor implements FloatNetwork {
  private final WeightedNetwork network;
  private final Inference inference;

  /**
   * @throws IllegalArgumentException if oneDNN cannot compute a row
   */
  FloatPredictor(WeightedNetwork network) {
    this.network = network;
    inference = new Inference(network.network(), Set.of(), network::tensors);
  }

  @Override
  public float[] predict(float[] images, int count) {
    network.network().input().requireImages(images, count);
    return inference.predict(images, count);
  }

  @Override
  public WeightedNetwork weighted() {
    return network;
  }

  @Override
  public void close() {
    inference.close();
    ThreadScratch.release();
  }
}
