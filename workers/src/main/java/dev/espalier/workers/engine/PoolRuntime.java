package dev.espalier.workers.engine;

import dev.espalier.workers.onednn.PoolForm;
import dev.espalier.workers.onednn.PoolPrimitives;
import dev.espalier.workers.onednn.PrimitiveCache;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a pooling. */
final class PoolRuntime extends SubsamplingLayer {
  private final PoolForm form;
  private final transient PrimitiveCache<PoolPrimitives> cache = new PrimitiveCache<>();

  PoolRuntime(NeuralNetConfiguration conf, DataType type, PoolForm form) {
    super(conf, type);
    this.form = form;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    input = DenseArrays.dense(input, workspaces, ArrayType.ACTIVATIONS);
    PoolPrimitives primitives = primitives();
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATIONS, primitives.output().shape());
    primitives.forward(DenseArrays.address(input), DenseArrays.address(result));
    return result;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    INDArray gradient = DenseArrays.dense(outputGradient, workspaces, ArrayType.BP_WORKING_MEM);
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATION_GRAD, input.shape());
    primitives().backward(DenseArrays.address(gradient), DenseArrays.address(result));
    return new Pair<>(new DefaultGradient(), result);
  }

  @Override
  public void close() {
    cache.close();
    super.close();
  }

  private PoolPrimitives primitives() {
    return cache.at(DenseArrays.format(input), at -> new PoolPrimitives(form, at));
  }
}
