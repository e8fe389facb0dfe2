package dev.espalier.workers.facts;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * How a network is trained: SGD with Nesterov momentum on the cross-entropy.
 *
 * @param learningRate by absolute epoch
 * @param batch images in a step; the rest of an epoch that does not fill a batch is dropped
 * @param momentum in [0, 1)
 * @param weightDecay L2, added to the gradient of convolution and dense kernels, at least 0
 * @param flip whether images are mirrored left to right, each with probability one half
 * @param shift images are moved by up to this many pixels each way, the border filled with zeros
 */
public record Recipe(
    Schedule learningRate,
    int batch,
    BigDecimal momentum,
    BigDecimal weightDecay,
    boolean flip,
    int shift)
    implements Serializable {

  public Recipe {
    if (batch < 1) {
      throw new IllegalArgumentException("a batch must have at least 1 image, found " + batch);
    }
    if (momentum.signum() < 0 || momentum.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException("momentum must be in [0, 1), found " + momentum);
    }
    if (weightDecay.signum() < 0) {
      throw new IllegalArgumentException("weight decay must be at least 0, found " + weightDecay);
    }
    if (shift < 0) {
      throw new IllegalArgumentException("shift must be at least 0 pixels, found " + shift);
    }
  }

  /** The recipe as text, in which every property that shapes the weights appears. */
  public String canonical() {
    return "rate "
        + learningRate.canonical()
        + ", batch "
        + batch
        + ", nesterov "
        + Schedule.plain(momentum)
        + ", l2 "
        + Schedule.plain(weightDecay)
        + ", flip "
        + flip
        + ", shift "
        + shift;
  }
}
