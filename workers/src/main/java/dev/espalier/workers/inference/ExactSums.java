package dev.espalier.workers.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sums of products that a kernel of integers can reach, and how its input channels are split
 * such that float arithmetic adds them without error: floats hold every integer up to 2^24, so a
 * sum of integers is exact, in any order, while no partial sum can be greater.
 */
final class ExactSums {
  /** Floats hold the integers up to this one. */
  static final long LIMIT = 1 << 24;

  private final byte[] weights;
  private final int in;
  private final int taps;
  private final int low;
  private final int high;
  private final long[] greatest;

  /**
   * @param weights [out, in, taps]
   * @param low of the values that they are multiplied by, at most 0
   * @param high of these values, at least 0
   */
  ExactSums(byte[] weights, int out, int in, int low, int high) {
    this.weights = weights;
    this.in = in;
    this.low = low;
    this.high = high;
    taps = weights.length / (out * in);
    greatest = new long[out];
    for (int o = 0; o < out; o++) {
      long above = 0;
      long below = 0;
      for (int c = 0; c < in; c++) {
        above += above(o, c);
        below += below(o, c);
      }
      greatest[o] = Math.max(above, below);
    }
  }

  /** The greatest magnitude that a sum over any of the products of an output channel can have. */
  long greatest(int channel) {
    return greatest[channel];
  }

  /**
   * The ends of groups of neighboring input channels, each as large as the sums stay exact for all
   * output channels; the last is the number of input channels.
   *
   * @throws IllegalArgumentException if the sums of one input channel alone can be greater
   */
  List<Integer> groupEnds() {
    if (Arrays.stream(greatest).allMatch(sum -> sum <= LIMIT)) {
      return List.of(in);
    }
    List<Integer> ends = new ArrayList<>();
    long[] above = new long[greatest.length];
    long[] below = new long[greatest.length];
    for (int c = 0; c < in; c++) {
      if (!add(c, above, below)) {
        ends.add(c);
        Arrays.fill(above, 0);
        Arrays.fill(below, 0);
        if (!add(c, above, below)) {
          throw new IllegalArgumentException(
              "the sums of one channel of a kernel must stay up to 2^24, found a kernel of "
                  + taps
                  + " weights for each");
        }
      }
    }
    ends.add(in);
    return ends;
  }

  /** Whether the sums stay exact with one more input channel. */
  private boolean add(int c, long[] above, long[] below) {
    boolean exact = true;
    for (int o = 0; o < above.length; o++) {
      above[o] += above(o, c);
      below[o] += below(o, c);
      exact &= Math.max(above[o], below[o]) <= LIMIT;
    }
    return exact;
  }

  /** The sum of all positive products that there can be. */
  private long above(int o, int c) {
    long sum = 0;
    int start = (o * in + c) * taps;
    for (int i = start; i < start + taps; i++) {
      sum += weights[i] * (weights[i] > 0 ? high : low);
    }
    return sum;
  }

  /** The sum of the magnitudes of all negative ones. */
  private long below(int o, int c) {
    long sum = 0;
    int start = (o * in + c) * taps;
    for (int i = start; i < start + taps; i++) {
      sum -= weights[i] * (weights[i] > 0 ? low : high);
    }
    return sum;
  }
}
