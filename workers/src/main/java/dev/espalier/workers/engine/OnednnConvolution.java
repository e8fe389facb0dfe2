package dev.espalier.workers.engine;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.onednn.ConvolutionForm;
import java.util.Collection;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** A convolution that oneDNN computes. */
final class OnednnConvolution extends ConvolutionLayer {
  @JsonProperty private final Activation activation;
  @JsonProperty private final boolean inputGradient;
  @JsonProperty private final boolean blocks;

  /** For Deeplearning4j's JSON, which sets the fields. */
  OnednnConvolution() {
    activation = Activation.IDENTITY;
    inputGradient = true;
    blocks = false;
  }

  OnednnConvolution(Layer.Convolution row, boolean inputGradient, boolean blocks) {
    super(
        new ConvolutionLayer.Builder(row.kernel(), row.kernel())
            .nIn(row.in())
            .nOut(row.out())
            .stride(row.stride(), row.stride())
            .padding(row.padding(), row.padding())
            .hasBias(row.bias())
            .dataFormat(CNN2DFormat.NHWC)
            .convolutionMode(ConvolutionMode.Truncate)
            .activation(new ActivationIdentity()));
    activation = row.activation();
    this.inputGradient = inputGradient;
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
            false,
            (int) getNIn(),
            (int) getNOut(),
            getKernelSize()[0],
            getStride()[0],
            getPadding()[0],
            hasBias());
    ConvolutionRuntime layer =
        new ConvolutionRuntime(conf, type, form, activation, inputGradient, blocks);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }
}
