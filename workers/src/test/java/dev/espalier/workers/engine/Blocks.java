package dev.espalier.workers.engine;

import dev.espalier.workers.onednn.ImageFormat;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Images between [batch, height, width, channels] and blocks of channels, by ND4J alone. */
final class Blocks {
  private Blocks() {}

  /** As [batch, height, width, channels], whatever they are. */
  static INDArray plain(INDArray images) {
    if (images.rank() != 5) {
      return images;
    }
    long channels = images.size(1) * images.size(4);
    return images
        .dup('c')
        .permute(0, 2, 3, 1, 4)
        .dup('c')
        .reshape('c', images.size(0), images.size(2), images.size(3), channels);
  }

  /** As {@link ImageFormat} says. */
  static INDArray blocked(INDArray images, long block) {
    long blocks = images.size(3) / block;
    return images
        .dup('c')
        .reshape('c', images.size(0), images.size(1), images.size(2), blocks, block)
        .permute(0, 3, 1, 2, 4)
        .dup('c');
  }

  /** In the form of another array. */
  static INDArray like(INDArray other, INDArray images) {
    return other.rank() == 5 ? blocked(images, other.size(4)) : images;
  }
}
