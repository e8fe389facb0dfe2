package dev.espalier.workers.engine;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.onednn.BatchNormPrimitives;
import dev.espalier.workers.onednn.NativeBuffer;
import dev.espalier.workers.onednn.PrimitiveCache;
import dev.espalier.workers.stage.BatchStatistics;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a batch norm and the activation behind it. */
final class BatchNormRuntime extends BatchNormalization implements ObservedNorm {
  private final Activation activation;
  private final transient PrimitiveCache<BatchNormPrimitives> cache = new PrimitiveCache<>();
  private final transient PrimitiveCache<BatchNormPrimitives> frozenCache = new PrimitiveCache<>();
  private final transient NativeBuffer statistics = new NativeBuffer();
  private transient @Nullable INDArray output;
  private transient boolean frozen;

  BatchNormRuntime(NeuralNetConfiguration conf, DataType type, Activation activation) {
    super(conf, type);
    this.activation = activation;
  }

  @Override
  public void freeze(boolean freezes) {
    frozen = freezes;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    input = DenseArrays.dense(input, workspaces, ArrayType.ACTIVATIONS);
    INDArray result = DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATIONS, input.shape());
    long inputAt = DenseArrays.address(input);
    long outputAt = DenseArrays.address(result);
    long gammaAt = parameter(GAMMA);
    long betaAt = parameter(BETA);
    if (training) {
      primitives().train(inputAt, outputAt, trainedMeanAt(), trainedVarianceAt(), gammaAt, betaAt);
      output = result;
    } else {
      long meanAt = parameter(GLOBAL_MEAN);
      primitives().infer(inputAt, outputAt, meanAt, runningVarianceAt(), gammaAt, betaAt);
      output = null;
    }
    return result;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    INDArray wrote = output;
    if (wrote == null) {
      throw new IllegalStateException("a backward pass must follow a forward pass in training");
    }
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATION_GRAD, input.shape());
    INDArray gradient = DenseArrays.dense(outputGradient, workspaces, ArrayType.BP_WORKING_MEM);
    primitives()
        .backward(
            new BatchNormPrimitives.Backward(
                DenseArrays.address(input),
                DenseArrays.address(wrote),
                DenseArrays.address(gradient),
                DenseArrays.address(result),
                trainedMeanAt(),
                trainedVarianceAt(),
                parameter(GAMMA),
                parameter(BETA),
                DenseArrays.address(gradient(GAMMA)),
                DenseArrays.address(gradient(BETA))));
    if (frozen) {
      gradientViews.values().forEach(view -> view.assign(0));
    } else {
      follow();
    }
    Gradient gradients = new DefaultGradient();
    for (String key : List.of(GAMMA, BETA, GLOBAL_MEAN, spread())) {
      gradients.setGradientFor(key, gradient(key));
    }
    output = null;
    return new Pair<>(gradients, result);
  }

  @Override
  public boolean isFrozen() {
    return frozen;
  }

  @Override
  public BatchStatistics ofBatch() {
    return new BatchStatistics(floats(meanAt()), floats(varianceAt()));
  }

  @Override
  public void close() {
    cache.close();
    frozenCache.close();
    statistics.close();
    super.close();
  }

  /**
   * Lets the running statistics follow the batch's. Deeplearning4j subtracts "gradients" of running
   * statistics as they are, so that of a statistic is (1 - decay) (running - batch).
   */
  private void follow() {
    float share = (float) (1 - layerConf().getDecay());
    float[] mean = floats(parameter(GLOBAL_MEAN));
    float[] batchMean = floats(meanAt());
    float[] spread = floats(parameter(spread()));
    float[] batchVariance = floats(varianceAt());
    for (int i = 0; i < mean.length; i++) {
      mean[i] = share * (mean[i] - batchMean[i]);
      spread[i] =
          layerConf().isUseLogStd()
              ? stepOfLogStd(spread[i], batchVariance[i])
              : share * (spread[i] - batchVariance[i]);
    }
    put(gradient(GLOBAL_MEAN), mean);
    put(gradient(spread()), spread);
  }

  /** Of log10 of the standard deviation, so that the variance follows as it would by itself. */
  private float stepOfLogStd(float logStd, float batchVariance) {
    double decay = layerConf().getDecay();
    double next = decay * variance(logStd) + (1 - decay) * batchVariance;
    return (float) (logStd - 0.5 * StrictMath.log10(next));
  }

  private static double variance(float logStd) {
    return StrictMath.pow(10, 2.0 * logStd);
  }

  /** The key of the running variance, or of what stands for it. */
  private String spread() {
    return layerConf().isUseLogStd() ? GLOBAL_LOG_STD : GLOBAL_VAR;
  }

  /** The place of the batch's variance serves, since no backward pass reads that then. */
  private long runningVarianceAt() {
    if (!layerConf().isUseLogStd()) {
      return parameter(GLOBAL_VAR);
    }
    float[] variances = floats(parameter(GLOBAL_LOG_STD));
    for (int i = 0; i < variances.length; i++) {
      variances[i] = (float) variance(variances[i]);
    }
    NativeBuffer.floats(varianceAt(), variances.length).put(variances);
    return varianceAt();
  }

  private BatchNormPrimitives primitives() {
    double epsilon = layerConf().getEps();
    boolean ofBatch = !frozen;
    return (frozen ? frozenCache : cache)
        .at(
            DenseArrays.format(input),
            at -> new BatchNormPrimitives(activation, epsilon, at, ofBatch));
  }

  private int channels() {
    return (int) layerConf().getNOut();
  }

  private long meanAt() {
    return statistics.atLeast(2L * Float.BYTES * channels());
  }

  private long varianceAt() {
    return meanAt() + (long) Float.BYTES * channels();
  }

  /** Where training reads the mean, or writes that of the batch. */
  private long trainedMeanAt() {
    return frozen ? parameter(GLOBAL_MEAN) : meanAt();
  }

  private long trainedVarianceAt() {
    return frozen ? runningVarianceAt() : varianceAt();
  }

  private float[] floats(long at) {
    float[] values = new float[channels()];
    NativeBuffer.floats(at, values.length).get(values);
    return values;
  }

  private static void put(INDArray array, float[] values) {
    NativeBuffer.floats(DenseArrays.address(array), values.length).put(values);
  }

  private INDArray gradient(String key) {
    return Objects.requireNonNull(gradientViews.get(key), key);
  }

  private long parameter(String key) {
    return DenseArrays.address(getParam(key));
  }
}
