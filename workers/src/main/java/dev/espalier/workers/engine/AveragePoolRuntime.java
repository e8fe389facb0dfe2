package dev.espalier.workers.engine;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs the mean of all pixels of each channel: images in, [batch, channels] out. */
final class AveragePoolRuntime extends GlobalPoolingLayer {
  private final transient Plans<PoolPlan> plans = new Plans<>();

  AveragePoolRuntime(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    input = Images.dense(input, workspaces, ArrayType.ACTIVATIONS);
    Extent from = Extent.of(input);
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            input.dataType(),
            new long[] {from.batch(), from.channels()},
            'c');
    plan(from).forward(NativeBuffer.address(input), NativeBuffer.address(result));
    return result;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    INDArray gradient = Images.dense(outputGradient, workspaces, ArrayType.BP_WORKING_MEM);
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), 'c');
    plan(Extent.of(input)).backward(NativeBuffer.address(gradient), NativeBuffer.address(result));
    return new Pair<>(new DefaultGradient(), result);
  }

  @Override
  public void close() {
    plans.close();
    super.close();
  }

  private PoolPlan plan(Extent from) {
    return plans.at(from, PoolPlan::mean);
  }
}
