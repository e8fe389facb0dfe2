package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes a table of listed layers, one after the other. Rows are named by what they are, and
 * numbered: {@code conv1}, {@code conv1-norm}, {@code pool1}, {@code dense1}.
 */
final class ListedNetwork {
  // As of networks that users bring.
  private static final long MOST_PARAMETERS = 1L << 28;
  private static final long MOST_VALUES = 1L << 27;

  private final NetworkBuilder rows = new NetworkBuilder();
  private final Map<String, Integer> counts = new HashMap<>();
  private final BigDecimal width;

  /** What the image and each row give. */
  private final List<Shape> shapes = new ArrayList<>();

  /**
   * @param width multiplies the channels of convolutions and the neurons of dense layers
   * @param image what the first layer reads
   */
  ListedNetwork(BigDecimal width, Shape image) {
    this.width = width;
    shapes.add(image);
  }

  /**
   * The rows of a list of layers and of the output layer.
   *
   * @param lines as {@link ListedLayer#read} takes them
   * @throws IllegalArgumentException if a layer cannot read what is before it, if the width leaves
   *     it without channels, or if the network becomes too large; it names the line
   */
  static List<Layer> rows(List<String> lines, BigDecimal width, Shape image, int classes) {
    ListedNetwork network = new ListedNetwork(width, image);
    for (int i = 0; i < lines.size(); i++) {
      String place = "model.layers[" + i + "]: ";
      network.add(read(lines.get(i), place), place);
    }
    return network.classify(classes, "model.layers: ");
  }

  private static ListedLayer read(String line, String place) {
    try {
      return ListedLayer.read(line);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + e.getMessage(), e);
    }
  }

  /**
   * Adds a layer.
   *
   * @param place before the message if it cannot read what is before it
   */
  void add(ListedLayer layer, String place) {
    if (layer instanceof ListedLayer.Dense dense) {
      String name = name("dense");
      int neurons = Width.round(width, dense.neurons(), name);
      put(new Layer.Dense(name, last(), shape().size(), neurons, dense.activation()), place);
      return;
    }
    if (layer instanceof ListedLayer.Dropped dropped) {
      if (!isVector()) {
        throw new IllegalArgumentException(
            place
                + "must stand behind the first dense or global-average-pool, found "
                + layer.text()
                + " before it");
      }
      put(new Dropout(name("dropout"), last(), dropped.rate().doubleValue()), place);
      return;
    }
    if (isVector()) {
      throw new IllegalArgumentException(
          place
              + "must stand before the first dense or global-average-pool, found "
              + layer.text()
              + " after it");
    }
    if (layer instanceof ListedLayer.Convolution convolution) {
      convolve(convolution, place);
    } else if (layer instanceof ListedLayer.Depthwise depthwise) {
      convolve(depthwise, place);
    } else if (layer instanceof ListedLayer.Square pool) {
      Padding none = Padding.NONE;
      put(new Pool(name("pool"), last(), pool.function(), pool.size(), pool.stride(), none), place);
    } else {
      put(new Layer.GlobalAveragePool(name("pool"), last()), place);
    }
  }

  /** All rows, with the output layer as the last of the dense ones. */
  List<Layer> classify(int classes, String place) {
    put(new Layer.Output(name("dense"), last(), shape().size(), classes), place);
    List<Layer> layers = rows.layers();
    long values = shapes.stream().mapToLong(Shape::size).sum();
    long parameters = 0;
    for (int i = 0; i < layers.size(); i++) {
      parameters += parameters(layers.get(i), shapes.get(i + 1));
    }
    requireRoom(parameters, values, place);
    return layers;
  }

  private void convolve(ListedLayer.Convolution layer, String place) {
    ListedLayer.Filter filter = layer.filter();
    String name = name("conv");
    int out = Width.round(width, layer.channels(), name);
    put(
        new Layer.Convolution(
            name,
            last(),
            shape().channels(),
            out,
            filter.kernel(),
            filter.stride(),
            filter.padding(),
            filter.bias(),
            own(filter)),
        place);
    normalize(filter, place);
  }

  private void convolve(ListedLayer.Depthwise layer, String place) {
    ListedLayer.Filter filter = layer.filter();
    put(
        new Layer.Depthwise(
            name("depthwise"),
            last(),
            shape().channels(),
            filter.kernel(),
            filter.stride(),
            filter.padding(),
            filter.bias(),
            own(filter)),
        place);
    normalize(filter, place);
  }

  /** What a filter's row does itself: its activation, unless that is behind its batch norm. */
  private static Activation own(ListedLayer.Filter filter) {
    return filter.norm() ? Activation.IDENTITY : filter.activation();
  }

  private void normalize(ListedLayer.Filter filter, String place) {
    if (filter.norm()) {
      put(
          new Layer.BatchNorm(last() + "-norm", last(), shape().channels(), filter.activation()),
          place);
    }
  }

  private String name(String kind) {
    return kind + counts.merge(kind, 1, Integer::sum);
  }

  private void put(Layer row, String place) {
    Shape given = output(row, place);
    try {
      requireRoom(parameters(row, given), given.size(), place);
    } catch (ArithmeticException e) {
      throw tooLarge(place);
    }
    shapes.add(given);
    rows.add(row);
  }

  private Shape output(Layer row, String place) {
    try {
      return row.output(List.of(shape()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + e.getMessage(), e);
    }
  }

  private String last() {
    List<Layer> layers = rows.layers();
    return layers.isEmpty() ? Network.INPUT : layers.get(layers.size() - 1).name();
  }

  private Shape shape() {
    return shapes.get(shapes.size() - 1);
  }

  private boolean isVector() {
    return rows.layers().stream()
        .anyMatch(row -> row instanceof Layer.Dense || row instanceof Layer.GlobalAveragePool);
  }

  private static long parameters(Layer row, Shape given) {
    return row.parameters(given).stream().mapToLong(Parameter::size).sum();
  }

  private static void requireRoom(long parameters, long values, String place) {
    if (parameters > MOST_PARAMETERS || values > MOST_VALUES) {
      throw tooLarge(place);
    }
  }

  private static IllegalArgumentException tooLarge(String place) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%smust keep the network to %,d parameters and to %,d values of an image in all layers,"
                + " found more",
            place,
            MOST_PARAMETERS,
            MOST_VALUES));
  }
}
