package dev.espalier.workers.engine;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.onednn.ConvolutionForm;
import java.util.Collection;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** A depthwise convolution that oneDNN computes. */
final class OnednnDepthwise extends DepthwiseConvolution2D {
  @JsonProperty private final Activation activation;
  @JsonProperty private final boolean blocks;

  /** For Deeplearning4j's JSON, which sets the fields. */
  OnednnDepthwise() {
    activation = Activation.IDENTITY;
    blocks = false;
  }

  /**
   * @param blocks whether what it writes may be blocked
   */
  OnednnDepthwise(Layer.Depthwise row, boolean blocks) {
    super(
        new DepthwiseConvolution2D.Builder(row.kernel(), row.kernel())
            .nIn(row.channels())
            .nOut(row.channels())
            .depthMultiplier(1)
            .stride(row.stride(), row.stride())
            .padding(row.padding(), row.padding())
            .hasBias(row.bias())
            .dataFormat(CNN2DFormat.NHWC)
            .convolutionMode(ConvolutionMode.Truncate)
            .activation(new ActivationIdentity()));
    activation = row.activation();
    this.blocks = blocks;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    ConvolutionForm form =
        new ConvolutionForm(
            true,
            (int) getNIn(),
            (int) getNOut(),
            getKernelSize()[0],
            getStride()[0],
            getPadding()[0],
            hasBias());
    ConvolutionRuntime layer = new ConvolutionRuntime(conf, type, form, activation, true, blocks);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }
}
