package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * The shape of images in an array, and how they lie there: as [batch, height, width, channels], or
 * blocked as [batch, channels / {@link #BLOCK}, height, width, {@link #BLOCK}], which Winograd's
 * algorithm asks for and batch norm is faster on.
 *
 * @param channels a multiple of {@link #BLOCK} if they are blocked
 */
public record ImageFormat(int batch, int channels, int height, int width, boolean blocked) {
  /** Channels in a block: the floats of a vector register, 8 with AVX2 and else 16. */
  public static final int BLOCK = Onednn.AVX2 ? 8 : 16;

  public ImageFormat {
    if (blocked && channels % BLOCK != 0) {
      throw new IllegalArgumentException(
          "blocked channels must be a multiple of " + BLOCK + ", found " + channels);
    }
  }

  /** Of images of the same batch. */
  public ImageFormat with(int otherChannels, int otherHeight, int otherWidth, boolean inBlocks) {
    return new ImageFormat(batch, otherChannels, otherHeight, otherWidth, inBlocks);
  }

  /** oneDNN's logical dimensions. */
  public long[] dims() {
    return new long[] {batch, channels, height, width};
  }

  /** The shape of an array of such images. */
  public long[] shape() {
    return blocked
        ? new long[] {batch, channels / BLOCK, height, width, BLOCK}
        : new long[] {batch, height, width, channels};
  }

  public dnnl_memory_desc_t memory() {
    return Onednn.memory(blocked ? blocks() : dnnl_nhwc, dims());
  }

  public long length() {
    return (long) batch * channels * height * width;
  }

  /** oneDNN's number of the blocked format. */
  static int blocks() {
    return BLOCK == 8 ? dnnl_nChw8c : dnnl_nChw16c;
  }
}
