package dev.espalier.workers.tflite;

import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Networks of random integers with the rows of a table. Scales are such that values neither vanish
 * nor are all clamped; zero points are anywhere.
 */
final class DrawnIntegers {
  private static final String NORMALIZED = "normalized";

  private final SplittableRandom random;
  private final Map<String, Shape> shapes;
  private final List<IntegerOp> ops = new ArrayList<>();
  private final Map<String, Affine> affines = new HashMap<>();

  private DrawnIntegers(Network network, long seed) {
    random = new SplittableRandom(seed);
    shapes = new HashMap<>(network.shapes());
    shapes.put(IntegerNetwork.PIXELS, network.input());
    shapes.put(NORMALIZED, network.input());
    affines.put(IntegerNetwork.PIXELS, IntegerNetwork.PIXEL);
  }

  static IntegerNetwork of(Network network, long seed) {
    DrawnIntegers drawn = new DrawnIntegers(network, seed);
    drawn.convolution(NORMALIZED, IntegerNetwork.PIXELS, true, 1, 1, 0, Activation.IDENTITY);
    network.layers().forEach(drawn::row);
    String last = network.layers().get(network.layers().size() - 1).name();
    drawn.ops.add(new IntegerOp.Softmax("softmax", last, drawn.shape(last)));
    return new IntegerNetwork(network.input(), drawn.ops);
  }

  private void row(Layer row) {
    String name = row.name();
    String input = operation(row.inputs().get(0));
    if (row instanceof Layer.Convolution c) {
      convolution(name, input, false, c.kernel(), c.stride(), c.padding(), c.activation());
    } else if (row instanceof Layer.Depthwise d) {
      convolution(name, input, true, d.kernel(), d.stride(), d.padding(), d.activation());
    } else if (row instanceof Layer.BatchNorm norm) {
      convolution(name, input, true, 1, 1, 0, norm.activation());
    } else if (row instanceof Layer.Add sum) {
      String right = operation(sum.right());
      float larger = Math.max(affine(input).scale(), affine(right).scale());
      Affine affine = affine(larger * between(0.5, 2.5), sum.activation());
      add(new IntegerOp.Add(name, input, right, sum.activation(), shape(name), affine));
    } else if (row instanceof Pool pool) {
      pool(pool, input);
    } else if (row instanceof Layer.Pad pad) {
      add(new IntegerOp.Pad(name, input, pad.padding(), shape(name), affine(input)));
    } else if (row instanceof Layer.GlobalAveragePool) {
      add(new IntegerOp.GlobalAveragePool(name, input, shape(name), affine(input)));
    } else if (row instanceof Layer.Dense dense) {
      dense(name, input, dense.activation());
    } else {
      dense(name, input, Activation.IDENTITY);
    }
  }

  private void pool(Pool pool, String input) {
    add(
        new IntegerOp.SquarePool(
            pool.name(),
            input,
            pool.function(),
            pool.size(),
            pool.stride(),
            pool.padding(),
            shape(pool.name()),
            affine(input)));
  }

  private void convolution(
      String name,
      String input,
      boolean depthwise,
      int kernel,
      int stride,
      int padding,
      Activation activation) {
    Shape shape = shape(name);
    int each = (depthwise ? 1 : shape(input).channels()) * kernel * kernel;
    Affine affine = affine(between(0.01, 0.1), activation);
    float[] scales = new float[shape.channels()];
    byte[] weights = new byte[scales.length * each];
    int[] bias = new int[scales.length];
    for (int c = 0; c < scales.length; c++) {
      int most = most();
      scales[c] = scale(affine(input), each, affine, most);
      draw(weights, c * each, each, most);
      bias[c] = bias(each, most);
    }
    add(
        new IntegerOp.Convolution(
            name,
            input,
            depthwise,
            kernel,
            stride,
            padding,
            activation,
            weights,
            scales,
            bias,
            shape,
            affine));
  }

  private void dense(String name, String input, Activation activation) {
    Shape shape = shape(name);
    int each = shape(input).size();
    Affine affine = affine(between(0.01, 0.1), activation);
    int most = most();
    float scale = scale(affine(input), each, affine, most);
    byte[] weights = new byte[shape.channels() * each];
    draw(weights, 0, weights.length, most);
    int[] bias = new int[shape.channels()];
    Arrays.setAll(bias, o -> bias(each, most));
    add(new IntegerOp.Dense(name, input, activation, weights, scale, bias, shape, affine));
  }

  private void add(IntegerOp op) {
    ops.add(op);
    affines.put(op.name(), op.affine());
  }

  /** The greatest magnitude of weights: of all that are pruned, or of few bits, it is small. */
  private int most() {
    return random.nextInt(4) == 0 ? random.nextInt(3) : 127;
  }

  /** A scale of weights by which sums of products reach about the ends of what 8 bits hold. */
  private float scale(Affine input, int products, Affine output, int most) {
    double sums = 0.6 * Math.max(most, 1) * Math.sqrt(products) * input.scale();
    return (float) (output.scale() / sums) * between(0.3, 3);
  }

  private void draw(byte[] weights, int from, int count, int most) {
    for (int i = from; i < from + count; i++) {
      weights[i] = (byte) random.nextInt(-most, most + 1);
    }
  }

  private int bias(int products, int most) {
    int greatest = (int) (40 * Math.max(most, 1) * Math.sqrt(products));
    return random.nextInt(-greatest, greatest + 1);
  }

  /** Values behind a rectifier are mostly those above the zero point. */
  private Affine affine(float scale, Activation activation) {
    boolean atTheEnd = random.nextInt(4) == 0;
    return activation == Activation.IDENTITY
        ? new Affine(scale, random.nextInt(-128, 128))
        : new Affine(scale, atTheEnd ? random.nextInt(-128, 64) : -128);
  }

  private float between(double low, double high) {
    return (float) (low + (high - low) * random.nextDouble());
  }

  /** The operation that gives what a row of the table gives. */
  private static String operation(String row) {
    return row.equals(Network.INPUT) ? NORMALIZED : row;
  }

  private Affine affine(String name) {
    return Objects.requireNonNull(affines.get(name), name);
  }

  private Shape shape(String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }
}
