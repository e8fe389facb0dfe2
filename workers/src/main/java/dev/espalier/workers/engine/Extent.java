package dev.espalier.workers.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The shape of images in an array, and how they lie there: as [batch, height, width, channels], or
 * blocked as [batch, channels / 16, height, width, 16], which Winograd's algorithm asks for and
 * batch norm is faster on.
 *
 * @param channels a multiple of 16 if they are blocked
 */
record Extent(int batch, int channels, int height, int width, boolean blocked) {
  /** Channels in a block. */
  static final int BLOCK = 16;

  Extent {
    if (blocked && channels % BLOCK != 0) {
      throw new IllegalArgumentException(
          "blocked channels must be a multiple of " + BLOCK + ", found " + channels);
    }
  }

  /** That of an array of images in one of the two forms. */
  static Extent of(INDArray images) {
    int batch = (int) images.size(0);
    return images.rank() == 5
        ? new Extent(
            batch, BLOCK * (int) images.size(1), (int) images.size(2), (int) images.size(3), true)
        : new Extent(
            batch, (int) images.size(3), (int) images.size(1), (int) images.size(2), false);
  }

  /** Of images of the same batch. */
  Extent with(int otherChannels, int otherHeight, int otherWidth, boolean inBlocks) {
    return new Extent(batch, otherChannels, otherHeight, otherWidth, inBlocks);
  }

  /** oneDNN's logical dimensions. */
  long[] dims() {
    return new long[] {batch, channels, height, width};
  }

  /** The shape of an array of such images. */
  long[] shape() {
    return blocked
        ? new long[] {batch, channels / BLOCK, height, width, BLOCK}
        : new long[] {batch, height, width, channels};
  }

  dnnl_memory_desc_t memory() {
    return Onednn.memory(blocked ? dnnl_nChw16c : dnnl_nhwc, dims());
  }

  long length() {
    return (long) batch * channels * height * width;
  }
}
