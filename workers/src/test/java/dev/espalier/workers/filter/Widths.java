package dev.espalier.workers.filter;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Networks to be made narrower, and the oracle: the wide network that reads zeros instead. */
public final class Widths {
  private Widths() {}

  public static Network network(String architecture, String width, int size, int channels) {
    DataFacts data = new DataFacts("any", "0", size, size, channels, 10, 10, 10, 10);
    return Networks.of(new Model(architecture, new BigDecimal(width)), data);
  }

  /** Values at random, running statistics too, and no class that is sure. */
  public static List<Tensor> values(Network network, long seed) {
    String last = network.layers().get(network.layers().size() - 1).name() + "/W";
    return Nets.values(network, seed).stream()
        .map(
            tensor -> {
              for (int i = 0; i < tensor.values().length && tensor.name().equals(last); i++) {
                tensor.values()[i] *= 0.1f;
              }
              return tensor;
            })
        .toList();
  }

  /** The same network, its consumers' weights zero for every channel that is not kept. */
  public static List<Tensor> reading(
      Network wide, List<Tensor> values, ChannelGroups groups, Map<ChannelGroup, BitSet> kept) {
    Map<String, Layer> rows = new HashMap<>();
    wide.layers().forEach(row -> rows.put(row.name(), row));
    List<Tensor> zeroed = new ArrayList<>();
    for (Tensor tensor : values) {
      Layer row = Objects.requireNonNull(rows.get(tensor.layer()));
      String input = row.inputs().get(0);
      BitSet stay = kept.get(groups.of(input));
      boolean reads =
          row instanceof Layer.Convolution
              || row instanceof Layer.Dense
              || row instanceof Layer.Output;
      float[] weights = tensor.values().clone();
      if (reads && stay != null && tensor.kind().isKernel()) {
        int channels = Objects.requireNonNull(wide.shapes().get(input)).channels();
        int kernel = row instanceof Layer.Convolution c ? c.kernel() * c.kernel() : 1;
        for (int i = 0; i < weights.length; i++) {
          weights[i] = stay.get(i / kernel % channels) ? weights[i] : 0;
        }
      }
      zeroed.add(tensor.with(weights));
    }
    return zeroed;
  }

  /** Some channels of each group that may lose some, at random. */
  static Map<ChannelGroup, BitSet> some(ChannelGroups groups, SplittableRandom random) {
    Map<ChannelGroup, BitSet> kept = new LinkedHashMap<>();
    for (ChannelGroup group : groups.all()) {
      if (!group.fixed() && random.nextInt(5) > 0) {
        BitSet stay = new BitSet();
        stay.set(random.nextInt(group.channels()));
        for (int channel = 0; channel < group.channels(); channel++) {
          stay.set(channel, stay.get(channel) || random.nextBoolean());
        }
        kept.put(group, stay);
      }
    }
    return kept;
  }

  /** Convolutions, norms, depthwise, poolings and sums in any order, then dense layers. */
  public static Network random(SplittableRandom random) {
    return random(random, false);
  }

  /** The same with padding, poolings of any stride, and depthwise rows with all they can have. */
  public static Network padded(SplittableRandom random) {
    return random(random, true);
  }

  private static Network random(SplittableRandom random, boolean padded) {
    List<Layer> rows = new ArrayList<>();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Shape image = new Shape(random.nextInt(5, 9), random.nextInt(5, 9), random.nextInt(1, 4));
    shapes.put(Network.INPUT, image);
    String last = Network.INPUT;
    int images = random.nextInt(2, 9);
    int vectors = random.nextInt(4);
    for (int i = 0; i < images + vectors; i++) {
      if (i == images && random.nextBoolean()) {
        last = add(rows, shapes, new Layer.GlobalAveragePool("mean", last));
      }
      Layer row =
          i >= images
              ? vectorRow(random, i, last, shapes)
              : padded && random.nextInt(3) == 0
                  ? paddedRow(random, "r" + i, last, shapes)
                  : imageRow(random, "r" + i, last, shapes);
      last = add(rows, shapes, row);
    }
    int size = Objects.requireNonNull(shapes.get(last)).size();
    rows.add(new Layer.Output("out", last, size, 3));
    return new Network(image.height(), image.width(), image.channels(), rows);
  }

  private static String add(List<Layer> rows, Map<String, Shape> shapes, Layer row) {
    rows.add(row);
    List<Shape> inputs =
        row.inputs().stream().map(name -> Objects.requireNonNull(shapes.get(name))).toList();
    shapes.put(row.name(), row.output(inputs));
    return row.name();
  }

  private static Layer imageRow(
      SplittableRandom random, String name, String last, Map<String, Shape> shapes) {
    Shape from = Objects.requireNonNull(shapes.get(last));
    int channels = from.channels();
    int choice = random.nextInt(8);
    if (choice == 0) {
      return new Layer.BatchNorm(name, last, channels, activation(random));
    } else if (choice == 1) {
      return new Layer.Depthwise(name, last, channels, 3, random.nextInt(1, 3));
    } else if (choice == 2 && Math.min(from.height(), from.width()) >= 2) {
      return Pool.max(name, last, 2);
    } else if (choice < 5) {
      return sum(random, name, last, shapes);
    }
    int kernel = random.nextBoolean() ? 3 : 1;
    int out = random.nextInt(3) == 0 ? random.nextInt(1, 6) : 4;
    int stride = random.nextInt(4) == 0 ? 2 : 1;
    return new Layer.Convolution(
        name,
        last,
        channels,
        out,
        kernel,
        stride,
        kernel / 2,
        random.nextBoolean(),
        activation(random));
  }

  private static Layer paddedRow(
      SplittableRandom random, String name, String last, Map<String, Shape> shapes) {
    Shape from = Objects.requireNonNull(shapes.get(last));
    int least = Math.min(from.height(), from.width());
    int choice = random.nextInt(3);
    if (choice == 0) {
      int kernel = random.nextInt(1, Math.min(4, least) + 1);
      return new Layer.Depthwise(
          name,
          last,
          from.channels(),
          kernel,
          random.nextInt(1, 3),
          random.nextInt(kernel),
          random.nextBoolean(),
          activation(random));
    } else if (choice == 1) {
      int size = random.nextInt(1, Math.min(3, least) + 1);
      Pool.Function function = random.nextBoolean() ? Pool.Function.MAX : Pool.Function.AVERAGE;
      return new Pool(name, last, function, size, random.nextInt(1, 4), padding(random, size));
    }
    return new Layer.Pad(name, last, padding(random, 3));
  }

  private static Padding padding(SplittableRandom random, int bound) {
    return new Padding(
        random.nextInt(bound), random.nextInt(bound), random.nextInt(bound), random.nextInt(bound));
  }

  private static Layer vectorRow(
      SplittableRandom random, int number, String last, Map<String, Shape> shapes) {
    Shape from = Objects.requireNonNull(shapes.get(last));
    int choice = random.nextInt(4);
    if (choice == 0) {
      return sum(random, "r" + number, last, shapes);
    } else if (choice == 1) {
      return new Layer.BatchNorm("r" + number, last, from.channels(), activation(random));
    }
    return new Layer.Dense("r" + number, last, from.size(), 4, activation(random));
  }

  /** With any earlier row of the same shape, itself among them. */
  private static Layer sum(
      SplittableRandom random, String name, String last, Map<String, Shape> shapes) {
    Shape from = shapes.get(last);
    List<String> alike =
        shapes.keySet().stream().filter(row -> Objects.equals(shapes.get(row), from)).toList();
    return new Layer.Add(name, last, alike.get(random.nextInt(alike.size())), activation(random));
  }

  private static Activation activation(SplittableRandom random) {
    List<Activation> all = List.of(Activation.values());
    return all.get(random.nextInt(all.size()));
  }
}
