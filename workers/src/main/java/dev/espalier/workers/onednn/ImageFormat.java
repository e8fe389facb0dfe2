package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * The shape of images in an array, and how they lie there: as [batch, height, width, channels], or
 * blocked as [batch, channels / block, height, width, block], which Winograd's algorithm asks for
 * and batch norm and depthwise convolutions are faster on.
 *
 * @param block channels in a block: {@link #PLAIN} if they are not blocked, else 8 or 16, of which
 *     the channels are a multiple
 */
public record ImageFormat(int batch, int channels, int height, int width, int block) {
  /** Not blocked. */
  public static final int PLAIN = 1;

  /** The floats of a vector register of AVX2; AVX-512 computes on such blocks with AVX2. */
  public static final int NARROW = 8;

  /** The floats of a vector register of AVX-512. */
  public static final int WIDE = 16;

  public ImageFormat {
    if (block != PLAIN && block != NARROW && block != WIDE) {
      throw new IllegalArgumentException("block must be 1, 8 or 16, found " + block);
    }
    if (channels % block != 0) {
      throw new IllegalArgumentException(
          "blocked channels must be a multiple of " + block + ", found " + channels);
    }
  }

  /** Plain images. */
  public static ImageFormat plain(int batch, int channels, int height, int width) {
    return new ImageFormat(batch, channels, height, width, PLAIN);
  }

  /** Of images of the same batch that lie alike. */
  public ImageFormat with(int otherChannels, int otherHeight, int otherWidth) {
    return new ImageFormat(batch, otherChannels, otherHeight, otherWidth, block);
  }

  /** The same images, lying otherwise. */
  public ImageFormat in(int otherBlock) {
    return new ImageFormat(batch, channels, height, width, otherBlock);
  }

  public boolean blocked() {
    return block != PLAIN;
  }

  /** oneDNN's logical dimensions. */
  public long[] dims() {
    return new long[] {batch, channels, height, width};
  }

  /** The shape of an array of such images. */
  public long[] shape() {
    return blocked()
        ? new long[] {batch, channels / block, height, width, block}
        : new long[] {batch, height, width, channels};
  }

  public dnnl_memory_desc_t memory() {
    return Onednn.memory(tag(block), dims());
  }

  public long length() {
    return (long) batch * channels * height * width;
  }

  /** oneDNN's number of a format. */
  static int tag(int block) {
    return block == PLAIN ? dnnl_nhwc : block == NARROW ? dnnl_nChw8c : dnnl_nChw16c;
  }
}
