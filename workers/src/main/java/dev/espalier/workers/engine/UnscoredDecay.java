package dev.espalier.workers.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Deeplearning4j's L2 weight decay, but for its term in the score: that would cost two norms of
 * every kernel in each step, and the loss that is reported is the cross-entropy alone.
 */
record UnscoredDecay(L2Regularization decay) implements Regularization {
  @Override
  public ApplyStep applyStep() {
    return decay.applyStep();
  }

  @Override
  public void apply(INDArray weights, INDArray gradient, double rate, int iteration, int epoch) {
    decay.apply(weights, gradient, rate, iteration, epoch);
  }

  @Override
  public double score(INDArray weights, int iteration, int epoch) {
    return 0;
  }

  @Override
  @SuppressWarnings("NoSuperCloneCall") // the interface asks for a copy, and this one is immutable
  public Regularization clone() {
    return this;
  }
}
