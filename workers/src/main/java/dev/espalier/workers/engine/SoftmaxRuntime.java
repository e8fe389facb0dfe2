package dev.espalier.workers.engine;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.ConvolutionPrimitives;
import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.NativeBuffer;
import dev.espalier.workers.onednn.PrimitiveCache;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs the classifier, a convolution of images of one pixel for oneDNN. Its backward pass leaves
 * the loss for the score that is asked for then.
 */
final class SoftmaxRuntime extends OutputLayer {
  private final transient PrimitiveCache<ConvolutionPrimitives> cache = new PrimitiveCache<>();
  private final transient NativeBuffer logits = new NativeBuffer();
  private transient @Nullable Double lossOfBatch;

  SoftmaxRuntime(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      @Nullable INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    input = DenseArrays.dense(input, workspaces, ArrayType.BP_WORKING_MEM);
    long inputAt = DenseArrays.address(input);
    // A kernel of [in, out] in the order of columns is one of [out, in].
    long kernelAt = DenseArrays.address(getParam(WEIGHT_KEY));
    ConvolutionPrimitives primitives = cache.at(DenseArrays.format(input), this::primitives);
    int length = (int) primitives.output().length();
    long deltaAt = logits.atLeast((long) length * Float.BYTES);
    primitives.forward(inputAt, kernelAt, DenseArrays.address(getParam(BIAS_KEY)), deltaAt);
    differentiate(deltaAt, length, DenseArrays.dense(labels, workspaces, ArrayType.BP_WORKING_MEM));
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATION_GRAD, input.shape());
    primitives.backwardData(DenseArrays.address(result), kernelAt, deltaAt);
    INDArray kernelGradient = Objects.requireNonNull(gradientViews.get(WEIGHT_KEY));
    INDArray biasGradient = Objects.requireNonNull(gradientViews.get(BIAS_KEY));
    primitives.backwardWeights(
        inputAt, DenseArrays.address(kernelGradient), DenseArrays.address(biasGradient), deltaAt);
    Gradient gradients = new DefaultGradient();
    gradients.setGradientFor(WEIGHT_KEY, kernelGradient);
    gradients.setGradientFor(BIAS_KEY, biasGradient);
    return new Pair<>(gradients, result);
  }

  @Override
  public void close() {
    cache.close();
    logits.close();
    super.close();
  }

  private ConvolutionPrimitives primitives(ImageFormat images) {
    ConvolutionForm form =
        new ConvolutionForm(false, images.channels(), (int) layerConf().getNOut(), 1, 1, 0, true);
    return new ConvolutionPrimitives(form, images, false);
  }

  /** Turns the logits into the gradients with respect to them, and keeps the loss. */
  private void differentiate(long logitsAt, int length, INDArray targets) {
    FloatBuffer delta = NativeBuffer.floats(logitsAt, length).asBuffer();
    float[] values = new float[length];
    float[] wanted = new float[length];
    delta.get(0, values);
    DenseArrays.floats(targets).get(0, wanted);
    lossOfBatch = CrossEntropy.differentiate(values, wanted, (int) layerConf().getNOut());
    delta.put(0, values);
  }

  @Override
  public double computeScore(
      double regularization, boolean training, LayerWorkspaceMgr workspaces) {
    Double loss = lossOfBatch;
    lossOfBatch = null;
    score =
        loss == null
            ? super.computeScore(regularization, training, workspaces)
            : loss / getInputMiniBatchSize() + regularization;
    return score;
  }
}
