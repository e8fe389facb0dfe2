package dev.espalier.workers.engine;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's own batch norm, but frozen: in training too it normalizes by its running
 * statistics, which are constants to the gradient, and it learns nothing.
 */
final class FrozenNorm extends BatchNormalization {
  private boolean frozen = true;

  private FrozenNorm(BatchNormalization norm) {
    super(norm.conf(), norm.params().dataType());
    setIndex(norm.getIndex());
    setParamsViewArray(norm.params());
    setParamTable(norm.paramTable());
    if (norm.getGradientsViewArray() != null) {
      setBackpropGradientsViewArray(norm.getGradientsViewArray());
    }
  }

  /** Freezes the batch norms of these names, and no others. */
  static void freeze(ComputationGraph graph, Set<String> layers) {
    for (GraphVertex vertex : graph.getVertices()) {
      boolean freezes = layers.contains(vertex.getVertexName());
      if (!vertex.hasLayer()) {
        continue;
      }
      Layer layer = vertex.getLayer();
      if (layer instanceof BatchNormRuntime fast) {
        fast.freeze(freezes);
      } else if (layer instanceof FrozenNorm norm) {
        norm.frozen = freezes;
      } else if (freezes
          && layer instanceof BatchNormalization norm
          && vertex instanceof LayerVertex place) {
        FrozenNorm instead = new FrozenNorm(norm);
        place.setLayer(instead);
        Layer[] all = graph.getLayers();
        for (int i = 0; i < all.length; i++) {
          all[i] = all[i] == norm ? instead : all[i];
        }
      }
    }
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
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
