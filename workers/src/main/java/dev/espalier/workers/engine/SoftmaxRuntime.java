package dev.espalier.workers.engine;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

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

/** Runs the classifier. Its backward pass leaves the loss for the score that is asked for then. */
final class SoftmaxRuntime extends OutputLayer {
  private transient @Nullable Double lossOfBatch;

  SoftmaxRuntime(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      @Nullable INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    float[] inputs = floats(DenseArrays.dense(input, workspaces, ArrayType.BP_WORKING_MEM));
    float[] kernel = floats(getParam(WEIGHT_KEY));
    float[] delta = CrossEntropy.logits(inputs, kernel, floats(getParam(BIAS_KEY)));
    float[] targets = floats(DenseArrays.dense(labels, workspaces, ArrayType.BP_WORKING_MEM));
    int classes = (int) layerConf().getNOut();
    lossOfBatch = CrossEntropy.differentiate(delta, targets, classes);
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), 'c');
    DenseArrays.floats(result).put(0, CrossEntropy.inputGradient(delta, kernel, classes));
    INDArray kernelGradient = Objects.requireNonNull(gradientViews.get(WEIGHT_KEY));
    INDArray biasGradient = Objects.requireNonNull(gradientViews.get(BIAS_KEY));
    put(kernelGradient, CrossEntropy.kernelGradient(delta, inputs, classes));
    put(biasGradient, CrossEntropy.biasGradient(delta, classes));
    Gradient gradients = new DefaultGradient();
    gradients.setGradientFor(WEIGHT_KEY, kernelGradient);
    gradients.setGradientFor(BIAS_KEY, biasGradient);
    return new Pair<>(gradients, result);
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

  /** The values as they lie: a kernel of [in, out] is in the order of columns. */
  private static float[] floats(INDArray array) {
    float[] values = new float[(int) array.length()];
    DenseArrays.floats(array).get(0, values);
    return values;
  }

  private static void put(INDArray array, float[] values) {
    DenseArrays.floats(array).put(0, values);
  }
}
