package dev.espalier.workers.engine;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

import dev.espalier.workers.model.Layer.Activation;
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
  private final ConvolutionPlan.Form form;
  private final Activation activation;
  private final boolean inputGradient;
  private final boolean blocks;
  private final transient Plans<ConvolutionPlan> plans = new Plans<>();
  private final transient Plans<Rectifier> rectifiers = new Plans<>();
  private transient @Nullable INDArray output;

  /**
   * @param inputGradient false where nothing before this layer learns: its input's gradient is then
   *     left out, and its content is undefined
   * @param blocks whether what it writes may be blocked
   */
  ConvolutionRuntime(
      NeuralNetConfiguration conf,
      DataType type,
      ConvolutionPlan.Form form,
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
    input = Images.dense(input, workspaces, ArrayType.ACTIVATIONS);
    ConvolutionPlan plan = plan();
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, input.dataType(), plan.output().shape(), 'c');
    plan.forward(
        NativeBuffer.address(input),
        NativeBuffer.address(getParam(WEIGHT_KEY)),
        form.bias() ? NativeBuffer.address(getParam(BIAS_KEY)) : 0,
        NativeBuffer.address(result));
    if (activation != Activation.IDENTITY) {
      rectifier(result).forward(NativeBuffer.address(result));
    }
    output = training ? result : null;
    return result;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    INDArray gradient = Images.dense(outputGradient, workspaces, ArrayType.BP_WORKING_MEM);
    if (activation != Activation.IDENTITY) {
      gradient = rectified(gradient, workspaces);
    }
    INDArray kernelGradient = Objects.requireNonNull(gradientViews.get(WEIGHT_KEY));
    INDArray biasGradient = gradientViews.get(BIAS_KEY);
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), 'c');
    ConvolutionPlan plan = plan();
    plan.backwardWeights(
        NativeBuffer.address(input),
        NativeBuffer.address(kernelGradient),
        biasGradient == null ? 0 : NativeBuffer.address(biasGradient),
        NativeBuffer.address(gradient));
    if (inputGradient) {
      plan.backwardData(
          NativeBuffer.address(result),
          NativeBuffer.address(getParam(WEIGHT_KEY)),
          NativeBuffer.address(gradient));
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
    plans.close();
    rectifiers.close();
    super.close();
  }

  private INDArray rectified(INDArray gradient, LayerWorkspaceMgr workspaces) {
    INDArray through =
        workspaces.createUninitialized(
            ArrayType.BP_WORKING_MEM, gradient.dataType(), gradient.shape(), 'c');
    INDArray wrote = output;
    if (wrote == null) {
      throw new IllegalStateException("a backward pass must follow a forward pass in training");
    }
    rectifier(gradient)
        .backward(
            NativeBuffer.address(wrote),
            NativeBuffer.address(gradient),
            NativeBuffer.address(through));
    return through;
  }

  private ConvolutionPlan plan() {
    return plans.at(Extent.of(input), at -> new ConvolutionPlan(form, at, blocks));
  }

  private Rectifier rectifier(INDArray values) {
    return rectifiers.at(Extent.of(values), at -> new Rectifier(activation, values.length()));
  }
}
