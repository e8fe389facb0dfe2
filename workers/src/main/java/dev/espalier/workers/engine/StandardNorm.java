package dev.espalier.workers.engine;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import dev.espalier.workers.stage.BatchStatistics;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's own batch norm, which can be frozen: in training too it normalizes by its
 * running statistics then, which are constants to the gradient, and it learns nothing. Where it is
 * not frozen it tells the statistics of its batches.
 */
final class StandardNorm extends BatchNormalization implements ObservedNorm {
  private boolean frozen;
  private @Nullable BatchStatistics ofBatch;

  private StandardNorm(BatchNormalization norm) {
    super(norm.conf(), norm.params().dataType());
    setIndex(norm.getIndex());
    setParamsViewArray(norm.params());
    setParamTable(norm.paramTable());
    if (norm.getGradientsViewArray() != null) {
      setBackpropGradientsViewArray(norm.getGradientsViewArray());
    }
  }

  /** Puts one in the place of {@code norm}. */
  static StandardNorm replacing(
      BatchNormalization norm, LayerVertex place, ComputationGraph graph) {
    StandardNorm instead = new StandardNorm(norm);
    place.setLayer(instead);
    Layer[] all = graph.getLayers();
    for (int i = 0; i < all.length; i++) {
      all[i] = all[i] == norm ? instead : all[i];
    }
    return instead;
  }

  @Override
  public void freeze(boolean freezes) {
    frozen = freezes;
  }

  @Override
  public boolean isFrozen() {
    return frozen;
  }

  @Override
  public BatchStatistics ofBatch() {
    return Objects.requireNonNull(ofBatch, "no batch in training yet");
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    if (training && !frozen) {
      int[] axes = input.rank() == 2 ? new int[] {0} : new int[] {0, height(), height() + 1};
      ofBatch =
          new BatchStatistics(
              input.mean(axes).toFloatVector(), input.var(false, axes).toFloatVector());
    }
    return super.activate(training && !frozen, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    if (!frozen) {
      return super.backpropGradient(outputGradient, workspaces);
    }
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, outputGradient.dataType(), outputGradient.shape(), 'c');
    boolean last = outputGradient.rank() == 4 && layerConf().getCnn2DFormat() == CNN2DFormat.NHWC;
    Nd4j.exec(new BroadcastMulOp(outputGradient, factors(), result, last ? 3 : 1));
    Gradient gradients = new DefaultGradient();
    for (Map.Entry<String, INDArray> view : gradientViews.entrySet()) {
      gradients.setGradientFor(view.getKey(), view.getValue().assign(0));
    }
    return new Pair<>(gradients, result);
  }

  /** The axis of height in an image. */
  private int height() {
    return layerConf().getCnn2DFormat() == CNN2DFormat.NHWC ? 1 : 2;
  }

  /** What a value is multiplied by, of each channel: gamma / sqrt(variance + epsilon). */
  private INDArray factors() {
    INDArray gamma = getParam(GAMMA);
    INDArray variance = getParam(layerConf().isUseLogStd() ? GLOBAL_LOG_STD : GLOBAL_VAR);
    float[] factors = new float[(int) variance.length()];
    for (int i = 0; i < factors.length; i++) {
      double spread = variance.getFloat(i);
      double running = layerConf().isUseLogStd() ? StrictMath.pow(10, 2 * spread) : spread;
      double scale = gamma == null ? layerConf().getGamma() : gamma.getFloat(i);
      factors[i] = (float) (scale / Math.sqrt(running + layerConf().getEps()));
    }
    return Nd4j.createFromArray(factors);
  }
}
