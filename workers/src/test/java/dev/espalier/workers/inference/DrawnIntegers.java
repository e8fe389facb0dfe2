package dev.espalier.workers.inference;

import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.List;

/**
 * Integer networks of drawn operations: odd sizes, strides and paddings, extreme weights and zero
 * points, few and many channels.
 */
final class DrawnIntegers {
  private static final int[] CHANNELS = {1, 2, 3, 7, 8, 16, 17, 40};
  private static final List<Activation> ACTIVATIONS = List.of(Activation.values());

  private final Draw draw;
  private final List<IntegerOp> ops = new ArrayList<>();
  private String last = IntegerNetwork.PIXELS;
  private Shape shape;
  private Affine affine = IntegerNetwork.PIXEL;

  private DrawnIntegers(Draw draw) {
    this.draw = draw;
    shape = new Shape(draw.between(3, 13), draw.between(3, 13), draw.between(1, 3));
  }

  static IntegerNetwork network(long seed) {
    DrawnIntegers drawn = new DrawnIntegers(Draw.of(4, seed));
    Shape image = drawn.shape;
    drawn.convolve(true, drawn.shape.channels(), 1, 1, 0);
    for (int i = 0; i < 6; i++) {
      drawn.any();
    }
    if (drawn.draw.coin()) {
      drawn.add(
          new IntegerOp.GlobalAveragePool(
              drawn.name(), drawn.last, new Shape(1, 1, drawn.shape.channels()), drawn.affine));
    }
    drawn.dense(drawn.channels());
    drawn.dense(drawn.draw.between(2, 12));
    drawn.add(new IntegerOp.Softmax(drawn.name(), drawn.last, drawn.shape));
    return new IntegerNetwork(image, drawn.ops);
  }

  /** Dense layers of so many inputs with the greatest weights: their sums need several groups. */
  static IntegerNetwork wide(int channels, long seed) {
    DrawnIntegers drawn = new DrawnIntegers(Draw.of(5, seed));
    Shape image = drawn.shape;
    drawn.convolve(false, channels, 1, 1, 0);
    drawn.convolve(false, 5, 3, 1, 1);
    drawn.convolve(false, channels, 3, 2, 1);
    drawn.dense(4);
    drawn.add(new IntegerOp.Softmax(drawn.name(), drawn.last, drawn.shape));
    return new IntegerNetwork(image, drawn.ops);
  }

  /** Pixels less 128 of so many images; the first is the darkest that there can be. */
  static byte[] pixels(IntegerNetwork network, int count, long seed) {
    Draw draw = Draw.of(6, seed);
    byte[] pixels = new byte[count * network.image().size()];
    for (int i = 0; i < pixels.length; i++) {
      boolean darkest = i < network.image().size();
      pixels[i] = (byte) (darkest ? -128 : draw.between(-128, 127));
    }
    return pixels;
  }

  private void any() {
    int least = Math.min(shape.height(), shape.width());
    int kernel = Math.min(draw.between(1, 5), least);
    switch (draw.below(6)) {
      case 0, 1 -> convolve(false, channels(), kernel, draw.between(1, 2), draw.below(kernel));
      case 2 -> convolve(true, shape.channels(), kernel, draw.between(1, 2), draw.below(kernel));
      case 3 -> sum();
      case 4 -> {
        Padding padding = padding(3);
        add(new IntegerOp.Pad(name(), last, padding, padding.around(shape), affine));
      }
      default -> pool(kernel, draw.between(1, 3));
    }
  }

  private void pool(int size, int stride) {
    Pool.Function function = draw.coin() ? Pool.Function.MAX : Pool.Function.AVERAGE;
    Pool pool = new Pool(name(), last, function, size, stride, padding(size));
    Shape to = pool.output(List.of(shape));
    add(
        new IntegerOp.SquarePool(
            pool.name(), last, function, size, stride, pool.padding(), to, affine));
  }

  /** Below a limit on each side. */
  private Padding padding(int limit) {
    return new Padding(draw.below(limit), draw.below(limit), draw.below(limit), draw.below(limit));
  }

  private void sum() {
    String left = last;
    if (draw.coin()) {
      convolve(false, shape.channels(), 1, 1, 0);
    }
    add(new IntegerOp.Add(name(), left, last, activation(), shape, affine()));
  }

  private void convolve(boolean depthwise, int out, int kernel, int stride, int padding) {
    int each = (depthwise ? 1 : shape.channels()) * kernel * kernel;
    Shape to =
        new Shape(
            (shape.height() + 2 * padding - kernel) / stride + 1,
            (shape.width() + 2 * padding - kernel) / stride + 1,
            out);
    Affine given = affine();
    float[] scales = new float[out];
    int[] bias = new int[out];
    for (int c = 0; c < out; c++) {
      scales[c] = scale(each, given);
      bias[c] = draw.between(-20_000, 20_000);
    }
    if (draw.below(4) == 0) {
      // As of a channel that a batch norm has all but switched off.
      scales[0] = Math.scalb(scales[0], -14);
      bias[0] = draw.between(-(1 << 28), 1 << 28);
    }
    add(
        new IntegerOp.Convolution(
            name(),
            last,
            depthwise,
            kernel,
            stride,
            padding,
            activation(),
            weights(out * each),
            scales,
            bias,
            to,
            given));
  }

  private void dense(int out) {
    Affine given = affine();
    int[] bias = new int[out];
    for (int c = 0; c < out; c++) {
      bias[c] = draw.between(-20_000, 20_000);
    }
    byte[] weights = weights(out * shape.size());
    float scale = scale(shape.size(), given);
    Shape to = new Shape(1, 1, out);
    add(new IntegerOp.Dense(name(), last, activation(), weights, scale, bias, to, given));
  }

  /** Such that the sums of so many products mostly stay within 8 bits, and some do not. */
  private float scale(int products, Affine given) {
    double sums = 80 * 70 * Math.sqrt(products);
    return (float) (draw.between(30.0, 200.0) / sums * given.scale() / affine.scale());
  }

  private byte[] weights(int count) {
    boolean extreme = draw.below(3) == 0;
    byte[] weights = new byte[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (byte) (extreme ? draw.coin() ? 127 : -127 : draw.between(-127, 127));
    }
    return weights;
  }

  private Affine affine() {
    int zeroPoint =
        switch (draw.below(4)) {
          case 0 -> -128;
          case 1 -> 127;
          default -> draw.between(-128, 127);
        };
    return new Affine((float) draw.between(0.01, 0.1), zeroPoint);
  }

  private Activation activation() {
    return ACTIVATIONS.get(draw.below(ACTIVATIONS.size()));
  }

  private int channels() {
    return CHANNELS[draw.below(CHANNELS.length)];
  }

  private String name() {
    return "op" + ops.size();
  }

  private void add(IntegerOp op) {
    ops.add(op);
    last = op.name();
    shape = op.shape();
    affine = op.affine();
  }
}
