package dev.espalier.workers.int8;

import dev.espalier.workers.facts.Normalization;
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
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From a network whose kernels were quantized to the operations on integers that it stands for. A
 * convolution takes along the batch norm that alone reads it; a sum stays an operation of its own.
 * The pixels are normalized by a first operation, a depthwise convolution of 1x1.
 */
public final class Lowering {
  private final Map<String, Shape> shapes;
  private final Map<String, Tensor> parameters;
  private final Precision.Int8 precision;
  private final List<IntegerOp> ops = new ArrayList<>();
  private final Map<String, Affine> affines = new HashMap<>();

  /** The names of the operations by those of the rows, where they differ. */
  private final String normalized;

  private Lowering(WeightedNetwork weighted, Precision.Int8 precision) {
    this.shapes = weighted.network().shapes();
    this.parameters = weighted.byName();
    this.precision = precision;
    this.normalized = free("normalize");
  }

  /**
   * The integer network of a quantized one.
   *
   * @param weighted its kernels have the values of integers times the scales of {@code precision}
   * @param precision has an entry in its activations for each of {@link #observed}
   * @param channels how pixels are normalized, one for each channel of the image
   * @throws IllegalArgumentException if these do not fit together, a scale cannot be expressed, or
   *     TensorFlow Lite cannot compute a row
   */
  public static IntegerNetwork of(
      WeightedNetwork weighted, Precision.Int8 precision, List<Normalization.Channel> channels) {
    Network network = weighted.network();
    if (channels.size() != network.channels()) {
      throw new IllegalArgumentException(
          "normalization: must have %d channels, found %d"
              .formatted(network.channels(), channels.size()));
    }
    TensorFlowPadding.require(network);
    Lowering lowering = new Lowering(weighted, precision);
    lowering.normalize(channels);
    for (Row row : rows(network)) {
      lowering.lower(row);
    }
    return new IntegerNetwork(network.input(), lowering.ops);
  }

  /**
   * The rows whose values a calibration must observe, in the order of the table: those with an
   * operation that has a scale of its own. For the output they are the logits; for a convolution
   * and the batch norm that it takes along, those of the norm.
   *
   * @throws IllegalArgumentException if TensorFlow Lite cannot compute a row
   */
  public static List<String> observed(Network network) {
    TensorFlowPadding.require(network);
    return rows(network).stream().filter(row -> !keepsScale(row.layer())).map(Row::name).toList();
  }

  /** Whether the integers of what a row gives stand for what those of its input do. */
  private static boolean keepsScale(Layer layer) {
    return layer instanceof Layer.Pad
        || layer instanceof Pool
        || layer instanceof Layer.GlobalAveragePool;
  }

  /** A row with the batch norm that it takes along; sums are rows of their own. */
  private record Row(
      String name, Layer layer, Layer.@Nullable BatchNorm norm, Activation activation) {}

  private static List<Row> rows(Network network) {
    Map<String, Layer> table = new HashMap<>();
    network.layers().forEach(layer -> table.put(layer.name(), layer));
    List<Row> rows = new ArrayList<>();
    for (Fused fused : Fused.of(network)) {
      Layer last = Objects.requireNonNull(table.get(fused.name()));
      if (last instanceof Layer.Add && last != fused.row()) {
        Layer.BatchNorm norm = fused.norm();
        String name = norm == null ? fused.row().name() : norm.name();
        rows.add(new Row(name, fused.row(), norm, Activation.IDENTITY));
        rows.add(new Row(fused.name(), last, null, fused.activation()));
      } else {
        rows.add(new Row(fused.name(), fused.row(), fused.norm(), fused.activation()));
      }
    }
    return rows;
  }

  private void normalize(List<Normalization.Channel> channels) {
    double[] factors = new double[channels.size()];
    float[] bias = new float[channels.size()];
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < factors.length; c++) {
      Normalization.Channel channel = channels.get(c);
      factors[c] = 1 / (255 * channel.deviation());
      bias[c] = (float) (-channel.mean() / channel.deviation());
      low = Math.min(low, bias[c]);
      high = Math.max(high, (float) ((1 - channel.mean()) / channel.deviation()));
    }
    Affine affine = Affine.of(low, high);
    IntegerKernel kernel =
        IntegerKernel.pointwise(normalized, factors, bias, IntegerNetwork.PIXEL.scale());
    Shape shape = shape(Network.INPUT);
    add(
        new IntegerOp.Convolution(
            normalized,
            IntegerNetwork.PIXELS,
            true,
            1,
            1,
            0,
            Activation.IDENTITY,
            kernel.weights(),
            kernel.scales(),
            kernel.bias(),
            shape,
            affine));
  }

  private void lower(Row row) {
    Layer layer = row.layer();
    String input = operation(layer.inputs().get(0));
    Shape shape = shape(row.name());
    if (layer instanceof Layer.Convolution c) {
      convolve(row, false, c.kernel(), c.stride(), c.padding());
    } else if (layer instanceof Layer.Depthwise d) {
      convolve(row, true, d.kernel(), d.stride(), d.padding());
    } else if (layer instanceof Layer.BatchNorm) {
      convolve(row, true, 1, 1, 0);
    } else if (layer instanceof Layer.Add sum) {
      String right = operation(sum.right());
      add(new IntegerOp.Add(row.name(), input, right, row.activation(), shape, activation(row)));
    } else if (layer instanceof Pool pool) {
      add(
          new IntegerOp.SquarePool(
              row.name(),
              input,
              pool.function(),
              pool.size(),
              pool.stride(),
              pool.padding(),
              shape,
              affine(input)));
    } else if (layer instanceof Layer.Pad pad) {
      add(new IntegerOp.Pad(row.name(), input, pad.padding(), shape, affine(input)));
    } else if (layer instanceof Layer.GlobalAveragePool) {
      add(new IntegerOp.GlobalAveragePool(row.name(), input, shape, affine(input)));
    } else {
      dense(row, input, shape);
      if (layer instanceof Layer.Output) {
        add(new IntegerOp.Softmax(free("softmax"), row.name(), shape));
      }
    }
  }

  private void convolve(Row row, boolean depthwise, int size, int stride, int padding) {
    Layer layer = row.layer();
    String input = operation(layer.inputs().get(0));
    Shape shape = shape(row.name());
    Fused fused = new Fused(row.name(), layer, row.norm(), null, row.activation());
    Folding folding = Folding.of(fused, shape.channels(), parameters);
    float scale = affine(input).scale();
    IntegerKernel kernel =
        layer instanceof Layer.BatchNorm
            ? IntegerKernel.pointwise(row.name(), folding.factors(), folding.bias(), scale)
            : IntegerKernel.perChannel(
                row.name(), kernel(layer), folding.factors(), folding.bias(), scale);
    add(
        new IntegerOp.Convolution(
            row.name(),
            input,
            depthwise,
            size,
            stride,
            padding,
            row.activation(),
            kernel.weights(),
            kernel.scales(),
            kernel.bias(),
            shape,
            activation(row)));
  }

  private void dense(Row row, String input, Shape shape) {
    float[] bias = tensor(row.layer().name() + "/b").values();
    IntegerKernel kernel =
        IntegerKernel.single(row.name(), kernel(row.layer()), bias, affine(input).scale());
    add(
        new IntegerOp.Dense(
            row.name(),
            input,
            row.activation(),
            kernel.weights(),
            kernel.scales()[0],
            kernel.bias(),
            shape,
            activation(row)));
  }

  private void add(IntegerOp op) {
    ops.add(op);
    affines.put(op.name(), op.affine());
  }

  private QuantizedKernel kernel(Layer layer) {
    Tensor tensor = tensor(layer.name() + "/W");
    List<Float> scales = precision.scales().get(tensor.name());
    if (scales == null) {
      throw new IllegalArgumentException("scales: must have " + tensor.name() + ", found none");
    }
    return QuantizedKernel.recovered(tensor, scales);
  }

  private Affine activation(Row row) {
    Affine affine = precision.activations().get(row.name());
    if (affine == null) {
      throw new IllegalArgumentException("activations: must have " + row.name() + ", found none");
    }
    return affine;
  }

  /** The name of the operation that gives the value of a row. */
  private String operation(String row) {
    return row.equals(Network.INPUT) ? normalized : row;
  }

  /** A name like this one that no row has. */
  private String free(String name) {
    String candidate = name;
    for (int i = 2; shapes.containsKey(candidate); i++) {
      candidate = name + i;
    }
    return candidate;
  }

  private Affine affine(String operation) {
    return Objects.requireNonNull(affines.get(operation), operation);
  }

  private Shape shape(String row) {
    return Objects.requireNonNull(shapes.get(row), row);
  }

  private Tensor tensor(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }
}
