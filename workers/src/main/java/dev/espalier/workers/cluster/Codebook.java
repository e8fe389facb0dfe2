package dev.espalier.workers.cluster;

import java.util.BitSet;

/**
 * The values that the weights of one layer share, and which weight has which. Zeros are not
 * clustered: they have code 0, which is no centroid. Immutable.
 */
public final class Codebook {
  private final float[] centroids;
  private final char[] codes;
  private final double squaredError;

  /** Takes over both arrays, which nobody may change afterwards. */
  Codebook(float[] centroids, char[] codes, double squaredError) {
    this.centroids = centroids;
    this.codes = codes;
    this.squaredError = squaredError;
  }

  /** The shared values: ascending, different, none of them zero. */
  public float[] centroids() {
    return centroids.clone();
  }

  /** How many weights there are, zeros included. */
  public int size() {
    return codes.length;
  }

  /** 0 if the weight at {@code index} is zero, i + 1 if it has the centroid i. */
  public int code(int index) {
    return codes[index];
  }

  /** The weights as shared: centroids, and +0.0 where the weight was zero. */
  public float[] decode() {
    float[] values = new float[codes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = codes[i] == 0 ? 0.0f : centroids[codes[i] - 1];
    }
    return values;
  }

  /** How many centroids at least one weight has. */
  public int effective() {
    BitSet used = new BitSet(centroids.length + 1);
    for (char code : codes) {
      used.set(code);
    }
    used.clear(0);
    return used.cardinality();
  }

  /** The sum over all weights of (weight - shared value) squared. */
  public double squaredError() {
    return squaredError;
  }
}
