package dev.espalier.sweep.pareto;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The purpose of a reference trial. Controls are drawn and listed beside a front, but never
 * compared with its points: they are never on the front, never the knee, and never picked.
 */
public enum Control {
  /** Pruned at random to the sparsity of other trials: shows whether their criterion is useful. */
  RANDOM("random pruning"),
  /**
   * Dense and narrower, with the MACs of pruned trials: shows whether pruning beats training a
   * smaller network.
   */
  WIDTH("dense, narrower");

  /** The name of the parameter that marks controls. */
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
