package dev.espalier.workers.engine;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a max-pool. */
final class MaxPoolRuntime extends SubsamplingLayer {
  private final int size;
  private final transient Plans<PoolPlan> plans = new Plans<>();

  MaxPoolRuntime(NeuralNetConfiguration conf, DataType type, int size) {
    super(conf, type);
    this.size = size;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    input = Images.dense(input, workspaces, ArrayType.ACTIVATIONS);
    PoolPlan plan = plan();
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, input.dataType(), plan.output().shape(), 'c');
    plan.forward(NativeBuffer.address(input), NativeBuffer.address(result));
    return result;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    INDArray gradient = Images.dense(outputGradient, workspaces, ArrayType.BP_WORKING_MEM);
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), 'c');
    plan().backward(NativeBuffer.address(gradient), NativeBuffer.address(result));
    return new Pair<>(new DefaultGradient(), result);
  }

  @Override
  public void close() {
    plans.close();
    super.close();
  }

  private PoolPlan plan() {
    return plans.at(Extent.of(input), at -> PoolPlan.max(size, at));
  }
}
