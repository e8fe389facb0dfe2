package dev.espalier.workers.tflite;

import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.model.Folding;
import dev.espalier.workers.model.Fused;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.TensorFlowPadding;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.tflite.GraphBuilder.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network of 32-bit floats that reads 8-bit pixels. Batch norm is folded into the convolution
 * before it; by itself it is a depthwise convolution of one pixel.
 */
final class FloatGraph {
  private static final String PIXELS = "image/floats";
  private static final Window PIXEL = Window.of(1, 1, 0);

  private final Map<String, Tensor> parameters;
  private final Map<String, Shape> shapes;
  private final GraphBuilder graph;

  private FloatGraph(WeightedNetwork weighted, GraphBuilder graph) {
    this.parameters = weighted.byName();
    this.shapes = weighted.network().shapes();
    this.graph = graph;
  }

  /**
   * The graph of a network.
   *
   * @param channels how pixels are normalized, one for each channel of the image
   * @throws IllegalArgumentException if there are more or fewer, or TensorFlow Lite cannot compute
   *     a row
   */
  static Graph of(WeightedNetwork weighted, List<Channel> channels) {
    Network network = weighted.network();
    if (channels.size() != network.channels()) {
      throw new IllegalArgumentException(
          "normalization: must have %d channels, found %d"
              .formatted(network.channels(), channels.size()));
    }
    TensorFlowPadding.require(network);
    Value image = new Value(IntegerNetwork.PIXELS, network.input(), IntegerNetwork.PIXEL);
    FloatGraph built = new FloatGraph(weighted, new GraphBuilder(image));
    built.normalize(network.input(), channels);
    Fused.of(network).forEach(built::add);
    built.graph.softmax(null, network.layers().get(network.layers().size() - 1).name());
    return built.graph.build();
  }

  /** In front of all padding, whose zeros are normalized values. */
  private void normalize(Shape image, List<Channel> channels) {
    float[] factors = new float[channels.size()];
    float[] shifts = new float[channels.size()];
    for (int c = 0; c < factors.length; c++) {
      Channel channel = channels.get(c);
      factors[c] = (float) (1 / (255 * channel.deviation()));
      shifts[c] = (float) (-channel.mean() / channel.deviation());
    }
    graph.dequantize(new Value(PIXELS, image, null), IntegerNetwork.PIXELS);
    graph.convolution(
        new Value(Network.INPUT, image, null),
        PIXELS,
        true,
        PIXEL,
        Parameters.of(factors, shifts),
        Activation.IDENTITY);
  }

  private void add(Fused fused) {
    Layer row = fused.row();
    String input = fused.inputs().get(0);
    if (row instanceof Layer.Convolution c) {
      convolution(fused, false, Window.of(c.kernel(), c.stride(), c.padding()));
    } else if (row instanceof Layer.Depthwise d) {
      convolution(fused, true, Window.of(d.kernel(), d.stride(), d.padding()));
    } else if (row instanceof Layer.BatchNorm) {
      convolution(fused, true, PIXEL);
    } else if (row instanceof Layer.Add sum) {
      graph.add(value(sum.name()), sum.left(), sum.right(), sum.activation());
    } else if (row instanceof Pool pool) {
      Window window = new Window(pool.size(), pool.stride(), pool.padding());
      graph.pool(value(pool.name()), input, pool.function(), window);
    } else if (row instanceof Layer.Pad pad) {
      graph.pad(value(pad.name()), input, pad.padding());
    } else if (row instanceof Layer.GlobalAveragePool) {
      graph.averagePool(value(row.name()), input);
    } else {
      graph.dense(value(row.name()), input, folded(fused), fused.activation());
    }
  }

  /** A convolution, then what is added to it. */
  private void convolution(Fused fused, boolean depthwise, Window window) {
    String input = fused.inputs().get(0);
    String addend = fused.addend();
    if (addend == null) {
      Value gives = value(fused.name());
      graph.convolution(gives, input, depthwise, window, folded(fused), fused.activation());
      return;
    }
    Value convolved = value(fused.norm() == null ? fused.row().name() : fused.norm().name());
    graph.convolution(convolved, input, depthwise, window, folded(fused), Activation.IDENTITY);
    graph.add(value(fused.name()), convolved.name(), addend, fused.activation());
  }

  private Parameters folded(Fused fused) {
    int out = shape(fused.row().name()).channels();
    Folding folding = Folding.of(fused, out, parameters);
    return Parameters.of(folding.kernel(), folding.bias());
  }

  private Value value(String row) {
    return new Value(row, shape(row), null);
  }

  private Shape shape(String row) {
    return Objects.requireNonNull(shapes.get(row), row);
  }
}
