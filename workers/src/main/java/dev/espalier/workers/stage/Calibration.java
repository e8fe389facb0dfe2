package dev.espalier.workers.stage;

/**
 * A stage that looks at training images without training. Whatever it makes of what is held, the
 * holds stand.
 */
public non-sealed interface Calibration extends Stage {

  /**
   * How many training images it sees, at least 1: the first ones of the training split in the order
   * that the data set has them, which no seed changes, as they are, without augmentation. All of
   * them where there are fewer.
   */
  int images();

  /**
   * The state that it makes of {@code state}; arrays of {@code state} stay as they are.
   *
   * @param images normalized, [count, height, width, channels]
   * @param network that of {@code state}
   */
  State apply(State state, float[] images, ForwardPass network);
}
