package dev.espalier.workers.engine;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.ConvolutionPrimitives;
import dev.espalier.workers.onednn.PrimitiveCache;
import dev.espalier.workers.onednn.Rectifier;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a convolution, dense in channels or depthwise, and the activation behind it. */
final class ConvolutionRuntime extends ConvolutionLayer {
  private final ConvolutionForm form;
  private final Activation activation;
  private final boolean inputGradient;
  private final boolean blocks;
  private final transient PrimitiveCache<ConvolutionPrimitives> cache = new PrimitiveCache<>();
  private final transient PrimitiveCache<Rectifier> rectifiers = new PrimitiveCache<>();
  private transient @Nullable INDArray output;

  /**
   * @param inputGradient false where nothing before this layer learns: its input's gradient is then
   *     left out, and its content is undefined
   * @param blocks whether what it writes may be blocked
   */
  ConvolutionRuntime(
      NeuralNetConfiguration conf,
      DataType type,
      ConvolutionForm form,
      Activation activation,
      boolean inputGradient,
      boolean blocks) {
    super(conf, type);
    this.form = form;
    this.activation = activation;
    this.inputGradient = inputGradient;
    this.blocks = blocks;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    input = DenseArrays.dense(input, workspaces, ArrayType.ACTIVATIONS);
    ConvolutionPrimitives primitives = primitives();
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATIONS, primitives.output().shape());
    primitives.forward(
        DenseArrays.address(input),
        DenseArrays.address(getParam(WEIGHT_KEY)),
        form.bias() ? DenseArrays.address(getParam(BIAS_KEY)) : 0,
        DenseArrays.address(result));
    if (activation != Activation.IDENTITY) {
      rectifier(result).forward(DenseArrays.address(result));
    }
    output = training ? result : null;
    return result;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    INDArray gradient = DenseArrays.dense(outputGradient, workspaces, ArrayType.BP_WORKING_MEM);
    if (activation != Activation.IDENTITY) {
      gradient = rectified(gradient, workspaces);
    }
    INDArray kernelGradient = Objects.requireNonNull(gradientViews.get(WEIGHT_KEY));
    INDArray biasGradient = gradientViews.get(BIAS_KEY);
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATION_GRAD, input.shape());
    ConvolutionPrimitives primitives = primitives();
    primitives.backwardWeights(
        DenseArrays.address(input),
        DenseArrays.address(kernelGradient),
        biasGradient == null ? 0 : DenseArrays.address(biasGradient),
        DenseArrays.address(gradient));
    if (inputGradient) {
      primitives.backwardData(
          DenseArrays.address(result),
          DenseArrays.address(getParam(WEIGHT_KEY)),
          DenseArrays.address(gradient));
    }
    Gradient gradients = new DefaultGradient();
    gradients.setGradientFor(WEIGHT_KEY, kernelGradient, 'c');
    if (biasGradient != null) {
      gradients.setGradientFor(BIAS_KEY, biasGradient);
    }
    output = null;
    return new Pair<>(gradients, result);
  }

  @Override
  public void close() {
    cache.close();
    rectifiers.close();
    super.close();
  }

  private INDArray rectified(INDArray gradient, LayerWorkspaceMgr workspaces) {
    INDArray through =
        DenseArrays.uninitialized(workspaces, ArrayType.BP_WORKING_MEM, gradient.shape());
    INDArray wrote = output;
    if (wrote == null) {
      throw new IllegalStateException("a backward pass must follow a forward pass in training");
    }
    rectifier(gradient)
        .backward(
            DenseArrays.address(wrote),
            DenseArrays.address(gradient),
            DenseArrays.address(through));
    return through;
  }

  private ConvolutionPrimitives primitives() {
    return cache.at(DenseArrays.format(input), at -> new ConvolutionPrimitives(form, at, blocks));
  }

  private Rectifier rectifier(INDArray values) {
    return rectifiers.at(
        DenseArrays.format(values), at -> new Rectifier(activation, values.length()));
  }
}
