package dev.espalier.workers.prune;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How many of {@code n} weights or filters a sparsity removes: tools round in different ways. */
public enum Rounding {
  /** Rounds the number pruned, half up. */
  HALF_UP("half-up", "the number pruned, half up") {
    @Override
    public long pruned(BigDecimal sparsity, long n) {
      return sparsity.multiply(BigDecimal.valueOf(n)).setScale(0, RoundingMode.HALF_UP).longValue();
    }
  },

  /** Rounds the number pruned, half to even, like {@code torch.nn.utils.prune}. */
  HALF_EVEN("half-even", "the number pruned, half to even") {
    @Override
    public long pruned(BigDecimal sparsity, long n) {
      BigDecimal exact = sparsity.multiply(BigDecimal.valueOf(n));
      return exact.setScale(0, RoundingMode.HALF_EVEN).longValue();
    }
  },

  /**
   * Rounds the number kept, half to even, at least one. Weights that tie with the smallest kept one
   * are kept too, as in the TensorFlow Model Optimization Toolkit.
   */
  KEEP_HALF_EVEN(
      "keep-half-even",
      "the number kept, half to even, at least one; weights that tie with the smallest kept one are kept too") {
    @Override
    public long pruned(BigDecimal sparsity, long n) {
      return keeping(kept(sparsity, n).setScale(0, RoundingMode.HALF_EVEN).longValue(), n);
    }
  },

  /** Rounds the number kept, down, at least one. */
  FLOOR_KEEP("floor-keep", "the number kept, down, at least one") {
    @Override
    public long pruned(BigDecimal sparsity, long n) {
      return keeping(kept(sparsity, n).setScale(0, RoundingMode.FLOOR).longValue(), n);
    }
  },

  /**
   * The same in binary floating point, as Torch-Pruning computes {@code int(n * (1 - ratio))}:
   * 1,280 filters at 0.9 keep 127, since 1 - 0.9 is a little below 0.1 there.
   */
  FLOOR_KEEP_DOUBLE("floor-keep-double", "the same in binary floating point") {
    @Override
    public long pruned(BigDecimal sparsity, long n) {
      return keeping((long) (n * (1 - sparsity.doubleValue())), n);
    }
  };

  private final String word;
  private final String meaning;

  Rounding(String word, String meaning) {
    this.word = word;
    this.meaning = meaning;
  }

  /**
   * The number removed.
   *
   * @param sparsity in [0, 1)
   * @param n at least 0
   */
  public abstract long pruned(BigDecimal sparsity, long n);

  private static BigDecimal kept(BigDecimal sparsity, long n) {
    return BigDecimal.ONE.subtract(sparsity).multiply(BigDecimal.valueOf(n));
  }

  private static long keeping(long kept, long n) {
    return n - Math.min(n, Math.max(1, kept));
  }

  /** Whether weights that tie with the smallest kept one are kept too. */
  public boolean keepsTies() {
    return this == KEEP_HALF_EVEN;
  }

  /** The word in configs: {@code half-up}. */
  public String word() {
    return word;
  }

  /** What it rounds, for the reference of the config: a phrase without a full stop. */
  public String meaning() {
    return meaning;
  }

  /** Its part of canonical texts: {@code half up, ties by index}. */
  public String canonical() {
    return word.replace('-', ' ') + (keepsTies() ? ", ties kept" : ", ties by index");
  }
}
