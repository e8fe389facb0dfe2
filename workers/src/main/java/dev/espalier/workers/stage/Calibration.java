package dev.espalier.workers.stage;

/** A stage that looks at training images without training. */
public non-sealed interface Calibration extends Stage {

  /** How many of the first training images it sees; at least 1. */
  int images();

  /**
   * The state that it makes of {@code state}; arrays of {@code state} stay as they are.
   *
   * @param images normalized, [count, height, width, channels]
   */
  State apply(State state, float[] images);
}
