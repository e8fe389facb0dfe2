package dev.espalier.workers.engine;

import dev.espalier.workers.model.Layer;
import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The classifier, trained on oneDNN: ND4J's operations cost more than its arithmetic. */
final class SoftmaxOutput extends OutputLayer {
  /** For Deeplearning4j's JSON, which sets the fields. */
  SoftmaxOutput() {}

  SoftmaxOutput(Layer.Output row) {
    super(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(row.in())
            .nOut(row.classes())
            .activation(Activation.SOFTMAX));
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    SoftmaxRuntime layer = new SoftmaxRuntime(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }
}
