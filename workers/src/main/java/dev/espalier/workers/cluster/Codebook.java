package dev.espalier.workers.cluster;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The values that the weights of one layer share, and which weight has which. Zeros are not
 * clustered: they have code 0, which is no centroid. Immutable.
 *
 * <p>As k-means makes them centroids are ascending, different and none of them zero. Training moves
 * them, so that later they may come in any order, meet, or be zero; weights stay with theirs.
 */
public final class Codebook {
  /** The most centroids that codes can number. */
  public static final int MAX_CENTROIDS = Character.MAX_VALUE;

  private final float[] centroids;
  private final char[] codes;
  private final double squaredError;

  /** Takes over both arrays, which nobody may change afterwards. */
  Codebook(float[] centroids, char[] codes, double squaredError) {
    this.centroids = centroids;
    this.codes = codes;
    this.squaredError = squaredError;
  }

  /**
   * The codebook of weights that share values already: its centroids are the different values, and
   * every zero has code 0. Null where there are more than {@value #MAX_CENTROIDS} of them.
   */
  public static @Nullable Codebook ofShared(float[] values) {
    float[] sorted = new float[values.length];
    int count = 0;
    for (float value : values) {
      if (value != 0) {
        sorted[count++] = value;
      }
    }
    Arrays.sort(sorted, 0, count);
    int different = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[different++] = sorted[i];
      }
    }
    if (different > MAX_CENTROIDS) {
      return null;
    }
    float[] centroids = Arrays.copyOf(sorted, different);
    char[] codes = new char[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = values[i] == 0 ? 0 : (char) (Arrays.binarySearch(centroids, values[i]) + 1);
    }
    return new Codebook(centroids, codes, 0);
  }

  /**
   * The codebook of such codes, whose centroids are read from the weights.
   *
   * @param codes in [0, {@value #MAX_CENTROIDS}], one for each value
   * @param values weights of one code are equal, so that the first of them counts
   */
  public static Codebook of(char[] codes, float[] values) {
    if (codes.length != values.length) {
      throw new IllegalArgumentException(
          "codebook: must have a code for each of "
              + values.length
              + " values, found "
              + codes.length);
    }
    int greatest = 0;
    for (char code : codes) {
      greatest = Math.max(greatest, code);
    }
    float[] centroids = new float[greatest];
    for (int i = codes.length - 1; i >= 0; i--) {
      if (codes[i] > 0) {
        centroids[codes[i] - 1] = values[i];
      }
    }
    return new Codebook(centroids, codes.clone(), 0);
  }

  /** The same weights together, after training has moved the centroids. */
  public Codebook movedTo(float[] values) {
    return of(codes, values);
  }

  /** Without the weights that {@code pruned} says, which become zeros. */
  public Codebook without(BitSet pruned) {
    char[] left = codes.clone();
    for (int i = pruned.nextSetBit(0); i >= 0 && i < left.length; i = pruned.nextSetBit(i + 1)) {
      left[i] = 0;
    }
    return new Codebook(centroids.clone(), left, squaredError);
  }

  /**
   * The codebook of the weights at {@code indices} alone, in that order; without the centroids that
   * none of them has.
   */
  public Codebook at(int[] indices) {
    BitSet used = new BitSet(centroids.length + 1);
    for (int index : indices) {
      used.set(codes[index]);
    }
    used.clear(0);
    char[] numbers = new char[centroids.length + 1];
    float[] left = new float[used.cardinality()];
    int count = 0;
    for (int code = used.nextSetBit(1); code > 0; code = used.nextSetBit(code + 1)) {
      left[count++] = centroids[code - 1];
      numbers[code] = (char) count;
    }
    char[] leftCodes = new char[indices.length];
    for (int i = 0; i < leftCodes.length; i++) {
      leftCodes[i] = numbers[codes[indices[i]]];
    }
    return new Codebook(left, leftCodes, 0);
  }

  /** Whether the same weights are together, and the same are zero, whatever the centroids are. */
  public boolean groupsAs(Codebook other) {
    if (codes.length != other.codes.length) {
      return false;
    }
    int[] there = new int[centroids.length + 1];
    int[] here = new int[other.centroids.length + 1];
    Arrays.fill(there, -1);
    Arrays.fill(here, -1);
    there[0] = 0;
    here[0] = 0;
    for (int i = 0; i < codes.length; i++) {
      if (there[codes[i]] < 0 && here[other.codes[i]] < 0) {
        there[codes[i]] = other.codes[i];
        here[other.codes[i]] = codes[i];
      }
      if (there[codes[i]] != other.codes[i] || here[other.codes[i]] != codes[i]) {
        return false;
      }
    }
    return true;
  }

  /** The indices of the weights of each centroid, in the order of the centroids; ascending. */
  public int[][] members() {
    int[] counts = new int[centroids.length];
    for (char code : codes) {
      if (code > 0) {
        counts[code - 1]++;
      }
    }
    int[][] members = new int[centroids.length][];
    for (int i = 0; i < counts.length; i++) {
      members[i] = new int[counts[i]];
      counts[i] = 0;
    }
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] > 0) {
        members[codes[i] - 1][counts[codes[i] - 1]++] = i;
      }
    }
    return members;
  }

  /** The indices of the zeros, ascending. */
  public int[] zeros() {
    int[] zeros = new int[codes.length];
    int count = 0;
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == 0) {
        zeros[count++] = i;
      }
    }
    return Arrays.copyOf(zeros, count);
  }

  /** The shared values, by code. */
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

  /** The sum over all weights of (weight - shared value) squared, where k-means made it; else 0. */
  public double squaredError() {
    return squaredError;
  }
}
