package dev.espalier.workers.engine;

import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onednn.PoolForm;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** A pooling that oneDNN computes: Deeplearning4j's backward pass is slower than a convolution. */
final class OnednnPool extends SubsamplingLayer {
  /** Top, bottom, left and right, in pixels; Deeplearning4j's own has two numbers. */
  @JsonProperty private final int[] around;

  /** For Deeplearning4j's JSON, which sets the fields. */
  OnednnPool() {
    around = new int[4];
  }

  OnednnPool(Pool row) {
    super(
        new SubsamplingLayer.Builder(StandardPool.type(row.function()))
            .kernelSize(row.size(), row.size())
            .stride(row.stride(), row.stride())
            .dataFormat(CNN2DFormat.NHWC)
            .convolutionMode(ConvolutionMode.Truncate));
    Padding padding = row.padding();
    around = new int[] {padding.top(), padding.bottom(), padding.left(), padding.right()};
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    InputTypeConvolutional from = (InputTypeConvolutional) input;
    Shape image =
        new Shape((int) from.getHeight(), (int) from.getWidth(), (int) from.getChannels());
    Shape to = row().output(List.of(image));
    return InputType.convolutional(to.height(), to.width(), to.channels(), CNN2DFormat.NHWC);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    PoolRuntime layer = new PoolRuntime(conf, type, PoolForm.of(row()));
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }

  private Pool row() {
    return new Pool(
        getLayerName(),
        "",
        getPoolingType() == org.deeplearning4j.nn.conf.layers.PoolingType.MAX
            ? Pool.Function.MAX
            : Pool.Function.AVERAGE,
        getKernelSize()[0],
        getStride()[0],
        new Padding(around[0], around[1], around[2], around[3]));
  }
}
