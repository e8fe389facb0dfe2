package dev.espalier.workers.engine;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.onednn.AddPrimitives;
import dev.espalier.workers.onednn.PrimitiveCache;
import dev.espalier.workers.onednn.Rectifier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs the sum of two rows and the activation behind it. */
@SuppressWarnings(
    "overrides") // Deeplearning4j's own: an array where its interface has an ellipsis.
final class AddRuntime extends BaseGraphVertex implements AutoCloseable {
  private final Activation activation;
  private final transient PrimitiveCache<AddPrimitives> sums = new PrimitiveCache<>();
  private final transient PrimitiveCache<Rectifier> rectifiers = new PrimitiveCache<>();
  private transient @Nullable INDArray output;

  AddRuntime(ComputationGraph graph, String name, int index, DataType type, Activation activation) {
    super(graph, name, index, null, null, type);
    this.activation = activation;
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
    INDArray left = DenseArrays.dense(inputs[0], workspaces, ArrayType.FF_WORKING_MEM);
    INDArray right = DenseArrays.dense(inputs[1], workspaces, ArrayType.FF_WORKING_MEM);
    INDArray sum = DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATIONS, left.shape());
    boolean relu = activation == Activation.RELU;
    AddPrimitives primitives =
        sums.at(
            DenseArrays.format(left), at -> new AddPrimitives(relu, at, DenseArrays.format(right)));
    primitives.run(DenseArrays.address(left), DenseArrays.address(right), DenseArrays.address(sum));
    if (activation == Activation.RELU6) {
      rectifier(sum).forward(DenseArrays.address(sum));
    }
    output = training ? sum : null;
    return sum;
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
    INDArray wrote = output;
    if (wrote == null) {
      throw new IllegalStateException("a backward pass must follow a forward pass in training");
    }
    INDArray left;
    if (activation == Activation.IDENTITY) {
      left = DenseArrays.copy(epsilon, workspaces, ArrayType.ACTIVATION_GRAD);
    } else {
      INDArray gradient = DenseArrays.dense(epsilon, workspaces, ArrayType.BP_WORKING_MEM);
      left = DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATION_GRAD, gradient.shape());
      rectifier(left)
          .backward(
              DenseArrays.address(wrote), DenseArrays.address(gradient), DenseArrays.address(left));
    }
    output = null;
    // Two arrays: the graph adds in place to what it gets for a row that is read more than once.
    AddPrimitives primitives = sums.at(DenseArrays.format(left), at -> unseen());
    INDArray right =
        DenseArrays.uninitialized(
            workspaces, ArrayType.ACTIVATION_GRAD, primitives.right().shape());
    primitives.copyGradient(DenseArrays.address(left), DenseArrays.address(right));
    return new Pair<>(null, new INDArray[] {left, right});
  }

  private static AddPrimitives unseen() {
    throw new IllegalStateException("a backward pass must follow a forward pass");
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
    return "OnednnAdd(" + vertexName + ")";
  }

  @Override
  public void close() {
    sums.close();
    rectifiers.close();
  }

  private Rectifier rectifier(INDArray values) {
    return rectifiers.at(DenseArrays.format(values), at -> new Rectifier(activation, at.length()));
  }
}
