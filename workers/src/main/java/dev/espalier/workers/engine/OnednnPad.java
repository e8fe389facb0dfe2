package dev.espalier.workers.engine;

import dev.espalier.workers.model.Padding;
import java.util.Collection;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Zeros around images that may be blocked, which Deeplearning4j's own layer cannot read. */
final class OnednnPad extends ZeroPaddingLayer {
  /** For Deeplearning4j's JSON, which sets the fields. */
  OnednnPad() {}

  OnednnPad(Padding padding) {
    super(padding.top(), padding.bottom(), padding.left(), padding.right());
    setDataFormat(CNN2DFormat.NHWC);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    int[] around = getPadding();
    PadRuntime layer =
        new PadRuntime(conf, type, new Padding(around[0], around[1], around[2], around[3]));
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }
}
