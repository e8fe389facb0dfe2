package dev.espalier.workers.image;

import java.util.Arrays;

/**
 * Stretches or shrinks an image to a square, in integers only, so that every machine makes the same
 * pixels. Bilinear; where it shrinks, the triangle widens with the step, so that no pixel of the
 * source is left out (as Pillow's BILINEAR does).
 */
public final class Resize {
  /** Sides of the source up to this many pixels; the sums of their weights fit into a long. */
  public static final int MOST_SIDE = 1 << 20;

  /** Bits that a row keeps between the two passes. */
  private static final int EXTRA_BITS = 8;

  private Resize() {}

  /** The source pixels that a target pixel is made of. */
  private static final class Window {
    final int first;
    final long[] weights;
    final long sum;

    Window(int first, long[] weights) {
      this.first = first;
      this.weights = weights;
      this.sum = Arrays.stream(weights).sum();
    }

    int end() {
      return first + weights.length;
    }
  }

  /**
   * Makes [size, size, channels] of {@code source}, [height, width, channels].
   *
   * @throws IllegalArgumentException if a side has more than {@link #MOST_SIDE} pixels
   */
  public static byte[] toSquare(byte[] source, int height, int width, int channels, int size) {
    if (Math.max(height, width) > MOST_SIDE) {
      throw new IllegalArgumentException(
          "an image must have at most %d pixels a side, found %d x %d"
              .formatted(MOST_SIDE, height, width));
    }
    Window[] across = windows(width, size);
    Window[] down = windows(height, size);
    int stride = size * channels;
    int[] row = new int[stride];
    long[][] sums = new long[size][stride];
    int first = 0;
    for (int y = 0; y < height; y++) {
      shrinkRow(source, y * width * channels, channels, across, row);
      while (first < size && down[first].end() <= y) {
        first++;
      }
      for (int t = first; t < size && down[t].first <= y; t++) {
        long weight = down[t].weights[y - down[t].first];
        for (int i = 0; i < stride; i++) {
          sums[t][i] += weight * row[i];
        }
      }
    }
    byte[] square = new byte[size * stride];
    for (int t = 0; t < size; t++) {
      long whole = down[t].sum << EXTRA_BITS;
      for (int i = 0; i < stride; i++) {
        square[t * stride + i] = (byte) rounded(sums[t][i], whole);
      }
    }
    return square;
  }

  /** One row of the source, shrunk across, with {@link #EXTRA_BITS} more than it had. */
  private static void shrinkRow(byte[] source, int from, int channels, Window[] across, int[] row) {
    for (int x = 0; x < across.length; x++) {
      Window window = across[x];
      for (int c = 0; c < channels; c++) {
        long sum = 0;
        int at = from + window.first * channels + c;
        for (long weight : window.weights) {
          sum += weight * (source[at] & 0xFF);
          at += channels;
        }
        row[x * channels + c] = rounded(sum << EXTRA_BITS, window.sum);
      }
    }
  }

  private static int rounded(long sum, long whole) {
    return (int) ((sum + whole / 2) / whole);
  }

  /**
   * For each target pixel the source pixels nearer than the reach of the triangle. Distances are
   * counted in units of 1 / (2 x to) source pixels, which makes them whole.
   */
  private static Window[] windows(int from, int to) {
    long reach = 2L * Math.max(from, to);
    Window[] all = new Window[to];
    for (int t = 0; t < to; t++) {
      long centre = (2L * t + 1) * from;
      // The least s with (2s + 1) to > centre - reach, and the greatest with ... < centre + reach.
      long first = Math.max(0, Math.floorDiv(centre - reach - to, 2L * to) + 1);
      long last = Math.min(from - 1L, Math.floorDiv(centre + reach - to - 1, 2L * to));
      long[] weights = new long[(int) (last - first) + 1];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = reach - Math.abs((2L * (first + i) + 1) * to - centre);
      }
      all[t] = new Window((int) first, weights);
    }
    return all;
  }
}
