package dev.espalier.workers.engine;

import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.stage.Hold;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small networks and images for tests. */
public final class Nets {
  private Nets() {}

  /** Every kind of row: strides, odd channels, both rectifiers, a row that is read three times. */
  public static Network everything() {
    List<Layer> rows = new ArrayList<>();
    rows.add(new Layer.Convolution("c1", "input", 3, 8, 3, 1, 1, false, Activation.IDENTITY));
    rows.add(new Layer.BatchNorm("n1", "c1", 8, Activation.RELU));
    rows.add(new Layer.Convolution("c2", "n1", 8, 21, 1, 1, 0, false, Activation.IDENTITY));
    rows.add(new Layer.BatchNorm("n2", "c2", 21, Activation.RELU6));
    rows.add(new Layer.Depthwise("d1", "n2", 21, 3, 2));
    rows.add(new Layer.BatchNorm("n3", "d1", 21, Activation.RELU6));
    rows.add(new Layer.Convolution("c3", "n3", 21, 32, 1, 1, 0, false, Activation.IDENTITY));
    rows.add(new Layer.BatchNorm("n4", "c3", 32, Activation.IDENTITY));
    rows.add(new Layer.Convolution("c4", "n4", 32, 32, 3, 1, 1, true, Activation.RELU));
    rows.add(new Layer.Add("a1", "n4", "c4", Activation.RELU));
    rows.add(new Layer.Add("a2", "a1", "n4", Activation.IDENTITY));
    rows.add(Pool.max("p1", "a2", 2));
    rows.add(new Layer.Depthwise("d2", "p1", 32, 3, 1));
    rows.add(new Layer.Convolution("c5", "d2", 32, 5, 3, 2, 1, true, Activation.RELU6));
    rows.add(new Layer.Dense("f1", "c5", 20, 12, Activation.RELU));
    rows.add(new Layer.Output("out", "f1", 12, 4));
    return new Network(13, 11, 3, rows);
  }

  /**
   * What networks of PyTorch and Keras have: uneven padding before strides, poolings that overlap,
   * depthwise convolutions with bias and activation. Deeplearning4j's own layers compute it all.
   */
  public static Network padded() {
    List<Layer> rows = new ArrayList<>();
    rows.add(new Layer.Pad("z1", "input", new Padding(0, 1, 2, 1)));
    rows.add(new Layer.Convolution("c1", "z1", 3, 16, 3, 2, 0, true, Activation.RELU));
    rows.add(pool("p1", "c1", Pool.Function.MAX, 3, 2, new Padding(1, 1, 1, 1)));
    rows.add(pool("p2", "p1", Pool.Function.AVERAGE, 2, 1, new Padding(0, 1, 0, 1)));
    rows.add(new Layer.Add("a1", "p1", "p2", Activation.IDENTITY));
    rows.add(new Layer.Depthwise("d1", "a1", 16, 3, 1, 1, true, Activation.RELU6));
    rows.add(new Layer.Pad("z2", "d1", new Padding(2, 0, 0, 1)));
    rows.add(new Layer.Depthwise("d2", "z2", 16, 3, 2, 0, true, Activation.IDENTITY));
    rows.add(norm("n2", "d2", 16, false, Activation.RELU));
    rows.add(pool("p3", "n2", Pool.Function.AVERAGE, 3, 1, new Padding(1, 1, 1, 1)));
    rows.add(new Layer.Depthwise("d3", "p3", 16, 1, 1, 0, false, Activation.RELU));
    rows.add(new Layer.Pad("z3", "d3", new Padding(0, 1, 0, 0)));
    rows.add(new Layer.Output("out", "z3", 96, 4));
    return new Network(17, 18, 3, rows);
  }

  /** As {@link #padded}, with poolings that only ours can compute. */
  public static Network uneven() {
    List<Layer> rows = new ArrayList<>();
    rows.add(pool("p0", "input", Pool.Function.MAX, 2, 1, new Padding(1, 0, 0, 0)));
    rows.add(new Layer.Convolution("c1", "p0", 3, 32, 3, 1, 1, true, Activation.RELU));
    rows.add(pool("p1", "c1", Pool.Function.MAX, 3, 2, new Padding(0, 2, 1, 0)));
    rows.add(new Layer.Convolution("c2", "p1", 32, 32, 3, 1, 1, false, Activation.RELU6));
    rows.add(pool("p2", "c2", Pool.Function.AVERAGE, 3, 1, new Padding(2, 1, 0, 2)));
    rows.add(new Layer.Depthwise("d1", "p2", 32, 5, 2, 3, true, Activation.RELU));
    rows.add(new Layer.Pad("z1", "d1", new Padding(1, 0, 0, 3)));
    rows.add(new Layer.GlobalAveragePool("mean", "z1"));
    rows.add(new Layer.Output("out", "mean", 32, 3));
    return new Network(9, 12, 3, rows);
  }

  private static Layer pool(
      String name, String input, Pool.Function function, int size, int stride, Padding padding) {
    return new Pool(name, input, function, size, stride, padding);
  }

  /**
   * What is no block of a common network: norms of the image, of a pooling, of a vector and behind
   * an activation, sums in all orders.
   */
  public static Network oddities() {
    List<Layer> rows = new ArrayList<>();
    rows.add(norm("n0", "input", 16, false, Activation.RELU6));
    rows.add(new Layer.Convolution("c1", "n0", 16, 16, 1, 1, 0, true, Activation.IDENTITY));
    rows.add(norm("n1", "c1", 16, true, Activation.IDENTITY));
    rows.add(new Layer.Add("s1", "n0", "n1", Activation.RELU6));
    rows.add(new Layer.Convolution("left", "s1", 16, 32, 3, 1, 1, true, Activation.IDENTITY));
    rows.add(new Layer.Convolution("right", "s1", 16, 32, 3, 1, 1, false, Activation.IDENTITY));
    rows.add(new Layer.Add("s2", "right", "left", Activation.IDENTITY));
    rows.add(new Layer.Add("s3", "s2", "s2", Activation.RELU));
    rows.add(new Layer.Convolution("c4", "s3", 32, 32, 3, 1, 1, true, Activation.RELU));
    rows.add(norm("n4", "c4", 32, false, Activation.IDENTITY));
    rows.add(new Layer.Add("s4", "s3", "n4", Activation.RELU6));
    rows.add(Pool.max("p1", "s4", 3));
    rows.add(norm("n5", "p1", 32, true, Activation.RELU));
    rows.add(new Layer.Dense("f1", "n5", 288, 21, Activation.IDENTITY));
    rows.add(norm("n6", "f1", 21, false, Activation.RELU));
    rows.add(new Layer.Dense("f2", "n6", 21, 9, Activation.RELU6));
    rows.add(new Layer.Output("out", "f2", 9, 5));
    return new Network(9, 11, 16, rows);
  }

  private static Layer norm(
      String name, String input, int channels, boolean logStd, Activation activation) {
    return new Layer.BatchNorm(name, input, channels, 1e-3, 0.9, logStd, activation);
  }

  /** Convolution, batch norm, pooling, classes. */
  public static Network small() {
    List<Layer> rows = new ArrayList<>();
    rows.add(new Layer.Convolution("c1", "input", 2, 16, 3, 1, 1, false, Activation.IDENTITY));
    rows.add(new Layer.BatchNorm("n1", "c1", 16, Activation.RELU));
    rows.add(new Layer.Depthwise("d1", "n1", 16, 3, 1));
    rows.add(new Layer.BatchNorm("n2", "d1", 16, Activation.RELU));
    rows.add(new Layer.GlobalAveragePool("pool", "n2"));
    rows.add(new Layer.Output("out", "pool", 16, 3));
    return new Network(6, 6, 2, rows);
  }

  /** Seeded values that leave nothing at a round number: no bias 0, no scale 1. */
  public static List<Tensor> values(Network network, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return network.layout().stream()
        .map(
            p -> {
              float[] values = new float[p.size()];
              double scale = p.kind().isKernel() ? Math.sqrt(6.0 * p.shape().get(0) / p.size()) : 1;
              for (int i = 0; i < values.length; i++) {
                double centered = (2 * random.nextDouble() - 1) * scale;
                boolean positive = p.key().equals("gamma") || p.key().equals("var");
                values[i] = (float) (positive ? 1 + 0.3 * centered : centered);
              }
              return p.with(values);
            })
        .toList();
  }

  public static float[] images(Network network, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] images = new float[count * network.input().size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (2 * random.nextDouble() - 1);
    }
    return images;
  }

  static int[] labels(Network network, int count, long seed) {
    return new SplittableRandom(seed).ints(count, 0, network.classes()).toArray();
  }

  /** Zeros that training keeps, by the name of the parameter. */
  static Map<String, Hold> zeros(TrainableNetwork net, Map<String, int[]> indices) {
    Map<String, Hold> holds = new HashMap<>();
    net.layout().stream()
        .filter(p -> indices.containsKey(p.name()))
        .forEach(
            p ->
                holds.put(
                    p.name(),
                    new Hold.Zeros(
                        Mask.pruning(p.size(), indices.getOrDefault(p.name(), new int[0])))));
    return holds;
  }

  static Recipe recipe(String momentum, String weightDecay) {
    return new Recipe(
        new Schedule.Constant(new BigDecimal("0.05"), 0),
        8,
        new BigDecimal(momentum),
        new BigDecimal(weightDecay),
        false,
        0);
  }
}
