package dev.espalier.workers.engine;

import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.PoolForm;
import dev.espalier.workers.onednn.PoolPrimitives;
import dev.espalier.workers.onednn.PrimitiveCache;
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
final class MeanPoolRuntime extends GlobalPoolingLayer {
  private final transient PrimitiveCache<PoolPrimitives> cache = new PrimitiveCache<>();

  MeanPoolRuntime(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    input = DenseArrays.dense(input, workspaces, ArrayType.ACTIVATIONS);
    ImageFormat from = DenseArrays.format(input);
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATIONS, from.batch(), from.channels());
    primitives(from).forward(DenseArrays.address(input), DenseArrays.address(result));
    return result;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    INDArray gradient = DenseArrays.dense(outputGradient, workspaces, ArrayType.BP_WORKING_MEM);
    INDArray result =
        DenseArrays.uninitialized(workspaces, ArrayType.ACTIVATION_GRAD, input.shape());
    primitives(DenseArrays.format(input))
        .backward(DenseArrays.address(gradient), DenseArrays.address(result));
    return new Pair<>(new DefaultGradient(), result);
  }

  @Override
  public void close() {
    cache.close();
    super.close();
  }

  private PoolPrimitives primitives(ImageFormat from) {
    return cache.at(from, at -> new PoolPrimitives(PoolForm.mean(at.height(), at.width()), at));
  }
}
