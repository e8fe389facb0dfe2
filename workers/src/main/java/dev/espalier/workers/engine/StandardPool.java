package dev.espalier.workers.engine;

import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;

/**
 * A pooling as Deeplearning4j's own layer. That has one padding for top and bottom and one for left
 * and right, or what its mode Same makes of the image; neither counts for it.
 */
final class StandardPool {
  private StandardPool() {}

  /**
   * The layer that computes what a row does.
   *
   * @param from what the row reads
   * @throws InexpressibleException if no layer of Deeplearning4j has such a padding
   */
  static SubsamplingLayer of(Pool row, Shape from) throws InexpressibleException {
    Padding padding = row.padding();
    SubsamplingLayer.Builder layer =
        new SubsamplingLayer.Builder(type(row.function()))
            .kernelSize(row.size(), row.size())
            .stride(row.stride(), row.stride())
            .dataFormat(CNN2DFormat.NHWC);
    if (padding.top() == padding.bottom() && padding.left() == padding.right()) {
      return layer
          .convolutionMode(ConvolutionMode.Truncate)
          .padding(padding.top(), padding.left())
          .build();
    } else if (padding.equals(Padding.same(from, row.size(), row.stride()))) {
      return layer.convolutionMode(ConvolutionMode.Same).build();
    }
    throw new InexpressibleException(
        row.name(),
        "must pad opposite sides alike, or as Deeplearning4j's mode Same does",
        padding);
  }

  static PoolingType type(Pool.Function function) {
    return function == Pool.Function.MAX ? PoolingType.MAX : PoolingType.AVG;
  }
}
