package dev.espalier.workers.stage;

/**
 * A stage that evaluates training images without training. The holds apply, whatever it does to
 * held values.
 */
public non-sealed interface Calibration extends Stage {

  /**
   * The number of training images that it uses, at least 1: the first ones of the training split in
   * the order of the data set, which no seed changes, without augmentation; all of them if there
   * are fewer.
   */
  int images();

  /**
   * The state that it computes from {@code state}, whose arrays stay unchanged.
   *
   * @param images normalized, [count, height, width, channels]
   * @param network that of {@code state}
   */
  State apply(State state, float[] images, ForwardPass network);
}
