package dev.espalier.workers.int8;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Tables as other tools export them: uneven padding in rows of its own or of poolings, squares that
 * overlap, depthwise convolutions with bias and activation. TensorFlow Lite can compute them all.
 */
public final class PaddedNets {
  private final SplittableRandom random;
  private final List<Layer> rows = new ArrayList<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private String last = Network.INPUT;

  private PaddedNets(SplittableRandom random) {
    this.random = random;
  }

  /** Rows in any order, some of which are read twice. */
  public static Network random(SplittableRandom random) {
    PaddedNets drawn = new PaddedNets(random);
    Shape image = new Shape(random.nextInt(4, 12), random.nextInt(4, 12), random.nextInt(1, 4));
    drawn.shapes.put(Network.INPUT, image);
    int count = random.nextInt(3, 9);
    for (int i = 0; i < count; i++) {
      drawn.add("r" + i);
    }
    int size = drawn.shape().size();
    drawn.put(new Layer.Output("out", drawn.last, size, 3));
    return new Network(image.height(), image.width(), image.channels(), drawn.rows);
  }

  private void add(String name) {
    int channels = shape().channels();
    int stride = random.nextInt(1, 4);
    int least = Math.min(shape().height(), shape().width());
    int size = random.nextInt(1, Math.min(5, least) + 1);
    switch (random.nextInt(7)) {
      case 0, 1 -> put(new Layer.Pad(name, last, padding(3)));
      case 2 ->
          put(
              new Layer.Depthwise(
                  name, last, channels, size, stride, random.nextInt(size), true, activation()));
      case 3 -> put(pool(name, Pool.Function.MAX, size, stride, padding(size)));
      case 4 -> {
        Padding same = Padding.same(shape(), size, stride);
        Padding padding = random.nextBoolean() ? same : Padding.NONE;
        put(pool(name, Pool.Function.AVERAGE, size, stride, padding));
      }
      default -> {
        int padding = random.nextInt(3);
        boolean bias = random.nextBoolean();
        String from = last;
        put(
            new Layer.Convolution(
                name, last, channels, 4, size, stride, padding, bias, activation()));
        if (stride == 1 && size == 2 * padding + 1 && channels == 4) {
          put(new Layer.Add(name + "/sum", name, from, activation()));
        }
      }
    }
  }

  private Pool pool(String name, Pool.Function function, int size, int stride, Padding padding) {
    return new Pool(name, last, function, size, stride, padding);
  }

  private Padding padding(int limit) {
    return new Padding(
        random.nextInt(limit), random.nextInt(limit), random.nextInt(limit), random.nextInt(limit));
  }

  private Activation activation() {
    List<Activation> all = List.of(Activation.values());
    return all.get(random.nextInt(all.size()));
  }

  private void put(Layer row) {
    rows.add(row);
    List<Shape> inputs =
        row.inputs().stream().map(name -> Objects.requireNonNull(shapes.get(name))).toList();
    shapes.put(row.name(), row.output(inputs));
    last = row.name();
  }

  private Shape shape() {
    return Objects.requireNonNull(shapes.get(last));
  }
}
