package dev.espalier.workers.facts;

/** The loss or a weight became NaN or infinite: training on, or again, would not help. */
public final class DivergedException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * Says where it happened.
   *
   * @param place such as {@code step 3 of epoch 1}
   */
  public DivergedException(double loss, String place, double learningRate) {
    super(
        "diverged: the loss was %s in %s, at learning rate %s"
            .formatted(loss, place, learningRate));
  }

  /**
   * Says what a network came to.
   *
   * @param found such as {@code value 3 of conv/W is NaN}
   */
  public DivergedException(String found) {
    super("diverged: " + found);
  }
}
