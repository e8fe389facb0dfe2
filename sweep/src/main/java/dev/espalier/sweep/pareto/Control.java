package dev.espalier.sweep.pareto;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a reference trial is compared for. Controls are drawn and listed beside a front, and are
 * never compared with its points: not on the front, not the knee, not picked.
 */
public enum Control {
  /**
   * Pruned at random to the sparsity of other trials: whether their criterion is worth anything.
   */
  RANDOM("random pruning"),
  /** Dense and narrower, with the MACs of pruned trials: whether pruning beats training less. */
  WIDTH("dense, narrower");

  /** The name of the parameter that tells controls from other trials. */
  public static final String PARAMETER = "control";

  private final String label;

  Control(String label) {
    this.label = label;
  }

  /**
   * The control of this word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Control of(String word) {
    List<String> words = Arrays.stream(values()).map(Control::word).toList();
    if (!words.contains(word)) {
      throw new IllegalArgumentException(
          "control: must be one of %s, found %s".formatted(String.join(", ", words), word));
    }
    return values()[words.indexOf(word)];
  }

  /** The word in plans, journals and MLflow: {@code random}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** For people: {@code random pruning}. */
  public String label() {
    return label;
  }
}
