package dev.espalier.workers.random;

/**
 * Random numbers named by a key, such as (seed, purpose, epoch, image): equal keys give equal
 * numbers, whatever was drawn before and elsewhere.
 *
 * <p>SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014),
 * written out, because the JDK promises no sequence of numbers across its versions and the order of
 * images is part of a stage's identity.
 */
public final class Draw {
  /** What numbers are drawn for, as the second part of a key. The values shape weights and data. */
  public static final long ORDER = 1;

  public static final long AUGMENTATION = 2;
  public static final long VALIDATION = 3;
  public static final long TEST_SHARE = 4;
  public static final long SHAPES_TRAIN = 5;
  public static final long SHAPES_TEST = 6;
  public static final long WEIGHT_PRUNING = 7;
  public static final long FILTER_PRUNING = 8;
  public static final long CLUSTERING = 9;
  public static final long DROPOUT = 10;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  private Draw(long state) {
    this.state = state;
  }

  /** The generator of {@code key}; the order of its parts matters. */
  public static Draw of(long... key) {
    long state = 0;
    for (long part : key) {
      state = mix(state ^ mix(part + GOLDEN));
    }
    return new Draw(state);
  }

  /** 64 random bits. */
  public long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform in [0, bound), without bias; {@code bound} at least 1. */
  public int below(int bound) {
    long whole = (1L << 32) / bound * bound;
    long drawn = next() >>> 32;
    while (drawn >= whole) {
      drawn = next() >>> 32;
    }
    return (int) (drawn % bound);
  }

  /** Uniform in [from, to]. */
  public int between(int from, int to) {
    return from + below(to - from + 1);
  }

  /** Uniform in [from, to), in steps of 2^-53 of the width. */
  public double between(double from, double to) {
    return from + (to - from) * ((next() >>> 11) * 0x1.0p-53);
  }

  /** True with probability one half. */
  public boolean coin() {
    return next() < 0;
  }

  /** 0 to {@code count} - 1 in random order (Fisher and Yates). */
  public int[] permutation(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
