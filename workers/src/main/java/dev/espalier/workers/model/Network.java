package dev.espalier.workers.model;

import dev.espalier.workers.facts.StageId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A network as a table: the rows in the order in which they are computed.
 *
 * @param height of the images it reads, in pixels
 * @param width of the images it reads, in pixels
 * @param channels of the images it reads
 * @param layers the last one is a {@link Layer.Output}, and the only one
 */
public record Network(int height, int width, int channels, List<Layer> layers) {
  /** The name by which layers read the image. */
  public static final String INPUT = "input";

  private static final long JVM_BYTES = 180 << 20;
  private static final long WEIGHT_BYTES = 42;
  private static final long TRAINING_BYTES = 6;
  private static final long EVALUATION_BYTES = 45;

  public Network {
    layers = List.copyOf(layers);
    shapes(new Shape(height, width, channels), layers);
    long outputs = layers.stream().filter(Layer.Output.class::isInstance).count();
    if (outputs != 1 || !(layers.get(layers.size() - 1) instanceof Layer.Output)) {
      throw new IllegalArgumentException(
          "a network must end in its only output layer, found " + outputs + " output layers");
    }
  }

  /** What it reads. */
  public Shape input() {
    return new Shape(height, width, channels);
  }

  /** How many labels it tells apart. */
  public int classes() {
    return ((Layer.Output) layers.get(layers.size() - 1)).classes();
  }

  /** What each row, and {@link #INPUT}, gives for one image, by name. */
  public Map<String, Shape> shapes() {
    return shapes(input(), layers);
  }

  /** What predictions compute: the network without its dropout. */
  public Network withoutDropout() {
    if (layers.stream().noneMatch(Dropout.class::isInstance)) {
      return this;
    }
    List<Layer> left = layers;
    for (Layer row : layers) {
      if (row instanceof Dropout) {
        String read = left.get(place(left, row.name())).inputs().get(0);
        left =
            left.stream()
                .filter(each -> !each.name().equals(row.name()))
                .map(each -> Rereading.of(each, row.name(), read))
                .toList();
      }
    }
    return new Network(height, width, channels, left);
  }

  private static int place(List<Layer> rows, String name) {
    return rows.stream().map(Layer::name).toList().indexOf(name);
  }

  /** Every parameter, rows in their order and in each row kernel before vectors. */
  public List<Parameter> layout() {
    Map<String, Shape> shapes = shapes();
    return layers.stream()
        .flatMap(layer -> layer.parameters(shape(shapes, layer.name())).stream())
        .toList();
  }

  /** Trainable parameters: without the running mean and variance of batch norm. */
  public long parameters() {
    return layout().stream().filter(Parameter::trainable).mapToLong(Parameter::size).sum();
  }

  /** Multiply-accumulates of convolution and dense layers for one image, biases left out. */
  public long macs() {
    return layout().stream().mapToLong(p -> p.size() * p.positions()).sum();
  }

  /**
   * Bytes that a stage of this network has at most beside Java's heap, the JVM itself among them:
   * training holds the activations of a batch with their gradients, evaluation some of those of the
   * images that it takes at once, and weights lie there with their gradients, velocity and the
   * forms that primitives want. The factors were fitted to what processes had with the fast layers;
   * {@code ResidentTest} measures again.
   *
   * @param batch images in a step of training
   */
  public long residentBytes(int batch) {
    long activations = shapes().values().stream().mapToLong(Shape::size).sum();
    long weights = layout().stream().mapToLong(Parameter::size).sum();
    return JVM_BYTES
        + WEIGHT_BYTES * weights
        + activations * (TRAINING_BYTES * batch + EVALUATION_BYTES);
  }

  /** The table as text: equal texts are equal networks. */
  public String canonical() {
    return layers.stream()
        .map(Layer::canonical)
        .collect(Collectors.joining("\n", "network " + input() + "\n", "\n"));
  }

  /** SHA-256 of {@link #canonical()}, 64 hex digits. */
  public String digest() {
    return StageId.sha256(canonical().getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Shape> shapes(Shape input, List<Layer> layers) {
    Map<String, Shape> shapes = new HashMap<>();
    shapes.put(INPUT, input);
    for (Layer layer : layers) {
      List<Shape> inputs = new ArrayList<>();
      for (String name : layer.inputs()) {
        inputs.add(shape(shapes, name));
      }
      if (shapes.put(layer.name(), layer.output(inputs)) != null) {
        throw new IllegalArgumentException("two layers are named " + layer.name());
      }
    }
    return shapes;
  }

  private static Shape shape(Map<String, Shape> shapes, String name) {
    Shape shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no earlier layer is named " + name);
    }
    return shape;
  }
}
