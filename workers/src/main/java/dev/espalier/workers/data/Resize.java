package dev.espalier.workers.data;

/**
 * Stretches or shrinks an image to a square, in integers only, so that every machine makes the same
 * pixels. Bilinear; where it shrinks, the triangle widens with the step, so that no pixel of the
 * source is left out (as Pillow's BILINEAR does).
 */
final class Resize {
  /** Bits that a row keeps between the two passes. */
  private static final int EXTRA_BITS = 8;

  private Resize() {}

  /** Makes [size, size, channels] of {@code source}, [height, width, channels]. */
  static byte[] toSquare(byte[] source, int height, int width, int channels, int size) {
    int[][] across = weights(width, size);
    int[][] down = weights(height, size);
    int[] rows = new int[height * size * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < size; x++) {
        int[] weight = across[x];
        for (int c = 0; c < channels; c++) {
          long sum = 0;
          for (int i = 2; i < weight.length; i++) {
            int from = (y * width + weight[0] + i - 2) * channels + c;
            sum += (long) weight[i] * (source[from] & 0xFF);
          }
          rows[(y * size + x) * channels + c] = rounded(sum << EXTRA_BITS, weight[1]);
        }
      }
    }
    byte[] square = new byte[size * size * channels];
    int stride = size * channels;
    for (int y = 0; y < size; y++) {
      int[] weight = down[y];
      for (int xc = 0; xc < stride; xc++) {
        long sum = 0;
        for (int i = 2; i < weight.length; i++) {
          sum += (long) weight[i] * rows[(weight[0] + i - 2) * stride + xc];
        }
        square[y * stride + xc] = (byte) rounded(sum, (long) weight[1] << EXTRA_BITS);
      }
    }
    return square;
  }

  private static int rounded(long sum, long whole) {
    return (int) ((sum + whole / 2) / whole);
  }

  /**
   * For each target pixel: the first source pixel, the sum of the weights, and the weights.
   * Distances are counted in units of 1 / (2 x to) source pixels, which makes them whole.
   */
  private static int[][] weights(int from, int to) {
    int reach = 2 * Math.max(from, to);
    int[][] all = new int[to][];
    for (int t = 0; t < to; t++) {
      long centre = (2L * t + 1) * from;
      int first = -1;
      int last = -1;
      for (int s = 0; s < from; s++) {
        if (Math.abs((2L * s + 1) * to - centre) < reach) {
          first = first < 0 ? s : first;
          last = s;
        }
      }
      int[] weight = new int[2 + last - first + 1];
      weight[0] = first;
      for (int s = first; s <= last; s++) {
        int w = (int) (reach - Math.abs((2L * s + 1) * to - centre));
        weight[2 + s - first] = w;
        weight[1] += w;
      }
      all[t] = weight;
    }
    return all;
  }
}
