package dev.espalier.workers.engine;

import dev.espalier.workers.random.Draw;
import java.nio.FloatBuffer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs dropout: by a mask in the steps of training for which {@link #drawAll} was called, and as
 * the identity everywhere else.
 */
@SuppressWarnings(
    "overrides") // Deeplearning4j's own: an array where its interface has an ellipsis.
final class DropoutRuntime extends BaseGraphVertex {
  private final double rate;
  private final int row;
  private transient @Nullable Draw next;
  private transient float[] factors = {};

  DropoutRuntime(
      ComputationGraph graph, String name, int index, DataType type, double rate, int row) {
    super(graph, name, index, null, null, type);
    this.rate = rate;
    this.row = row;
  }

  /** Draws the masks of the next forward pass of training from a key. */
  static void drawAll(ComputationGraph graph, long seed, long step) {
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof DropoutRuntime dropout) {
        dropout.next = Draw.of(seed, Draw.DROPOUT, step, dropout.row);
      }
    }
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public @Nullable Layer getLayer() {
    return null;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    Draw draw = training ? next : null;
    next = null;
    if (draw == null) {
      factors = new float[0];
      return workspaces.dup(ArrayType.ACTIVATIONS, inputs[0], 'c');
    }
    factors = new float[Math.toIntExact(inputs[0].length())];
    float scale = (float) (1 / (1 - rate));
    for (int i = 0; i < factors.length; i++) {
      factors[i] = draw.between(0.0, 1.0) < rate ? 0f : scale;
    }
    return scaled(inputs[0], ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
    INDArray gradient =
        factors.length == 0
            ? workspaces.dup(ArrayType.ACTIVATION_GRAD, epsilon, 'c')
            : scaled(epsilon, ArrayType.ACTIVATION_GRAD, workspaces);
    return new Pair<>(null, new INDArray[] {gradient});
  }

  /** Selects rather than multiplies by zero: infinity x 0 is NaN. */
  private INDArray scaled(INDArray values, ArrayType kind, LayerWorkspaceMgr workspaces) {
    INDArray scaled = workspaces.dup(kind, values, 'c');
    FloatBuffer all = DenseArrays.floats(scaled);
    for (int i = 0; i < factors.length; i++) {
      all.put(i, factors[i] == 0 ? 0f : factors[i] * all.get(i));
    }
    return scaled;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    throw new IllegalStateException(vertexName + " has no parameters");
  }

  @Override
  public @Nullable Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int batch) {
    return null;
  }

  @Override
  public String toString() {
    return "Dropout(" + vertexName + ")";
  }
}
