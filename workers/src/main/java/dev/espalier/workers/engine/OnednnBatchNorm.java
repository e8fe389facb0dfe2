package dev.espalier.workers.engine;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import java.util.Collection;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Batch norm and its activation, which oneDNN computes. */
final class OnednnBatchNorm extends BatchNormalization {
  @JsonProperty private final Activation activation;

  /** For Deeplearning4j's JSON, which sets the fields. */
  OnednnBatchNorm() {
    activation = Activation.IDENTITY;
  }

  OnednnBatchNorm(Layer.BatchNorm row) {
    setNIn(row.channels());
    setNOut(row.channels());
    setEps(row.epsilon());
    setDecay(row.decay());
    setUseLogStd(row.logStd());
    setCnn2DFormat(CNN2DFormat.NHWC);
    activation = row.activation();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    BatchNormRuntime layer = new BatchNormRuntime(conf, type, activation);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }
}
