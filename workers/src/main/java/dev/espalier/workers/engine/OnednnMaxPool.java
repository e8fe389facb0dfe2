package dev.espalier.workers.engine;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A max-pool that oneDNN computes: Deeplearning4j's backward pass is slower than a convolution. */
final class OnednnMaxPool extends SubsamplingLayer {
  /** For Deeplearning4j's JSON, which sets the fields. */
  OnednnMaxPool() {}

  /**
   * @param pool square, stride and size equal, without padding
   */
  OnednnMaxPool(SubsamplingLayer.Builder pool) {
    super(pool);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    MaxPoolRuntime layer = new MaxPoolRuntime(conf, type, getKernelSize()[0]);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }
}
