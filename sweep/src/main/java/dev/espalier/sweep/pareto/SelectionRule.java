package dev.espalier.sweep.pareto;

import java.util.Locale;

/** A rule by which one point is selected; accuracies are on validation images, as fractions. */
public sealed interface SelectionRule {

  /**
   * The smallest that loses at most this accuracy compared with the dense network.
   *
   * @param loss in [0, 1)
   */
  record Within(double loss) implements SelectionRule {
    public Within {
      if (!(loss >= 0 && loss < 1)) {
        throw new IllegalArgumentException("must be in [0, 1), found " + loss);
      }
    }

    @Override
    public String describe() {
      return "the smallest within %s of the dense network's validation accuracy"
          .formatted(SelectionRule.number(loss));
    }
  }

  /**
   * The most accurate with at most this compressed size.
   *
   * @param bytes at least 1
   */
  record MaxBytes(long bytes) implements SelectionRule {
    public MaxBytes {
      if (bytes < 1) {
        throw new IllegalArgumentException("must be at least 1, found " + bytes);
      }
    }

    @Override
    public String describe() {
      return "the most accurate on validation of at most %d bytes".formatted(bytes);
    }
  }

  /**
   * The smallest with at least this accuracy.
   *
   * @param accuracy in (0, 1]
   */
  record MinAccuracy(double accuracy) implements SelectionRule {
    public MinAccuracy {
      if (!(accuracy > 0 && accuracy <= 1)) {
        throw new IllegalArgumentException("must be in (0, 1], found " + accuracy);
      }
    }

    @Override
    public String describe() {
      return "the smallest with at least %s validation accuracy"
          .formatted(SelectionRule.number(accuracy));
    }
  }

  /** The {@link Knee} of accuracy against compressed size. */
  record AtKnee() implements SelectionRule {
    @Override
    public String describe() {
      return "the knee of the front: below it, size starts to cost accuracy steeply";
    }
  }

  /** No rule: a requested trial. */
  record Asked() implements SelectionRule {
    @Override
    public String describe() {
      return "the requested trial";
    }
  }

  /** For people, behind "this is". */
  String describe();

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value).replaceFirst("\\.?0+$", "");
  }
}
