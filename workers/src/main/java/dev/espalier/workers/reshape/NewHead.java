package dev.espalier.workers.reshape;

import dev.espalier.workers.model.Dropout;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.ListedLayer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A classifier of dense layers in place of the one that a network has, which is all behind its last
 * pooling; behind what its first dense layer reads where it has no pooling.
 *
 * @param network with the new classifier, whose rows are named {@code classifier.dense1}, {@code
 *     classifier.dropout1} and {@code classifier.output}
 * @param base the rows that it has kept
 */
public record NewHead(Network network, Set<String> base) {
  private static final String PREFIX = "classifier.";
  private static final List<String> KINDS = List.of("dense", "dropout");

  /** The forms of lines that a classifier may have, in words. */
  public static final List<String> FORMS =
      ListedLayer.FORMS.stream().filter(form -> KINDS.contains(kind(form))).toList();

  public NewHead {
    base = Set.copyOf(base);
  }

  /**
   * The network with a new classifier.
   *
   * @param layers lines of {@link ListedLayer} of which {@link #line} takes each, before the output
   *     layer; may be empty
   * @param classes of the output layer
   * @throws IllegalArgumentException if nothing would be left of the network, or rows that stay
   *     have names of the new ones
   */
  public static NewHead of(Network network, List<String> layers, int classes) {
    String features = features(network);
    List<Layer> rows = leadingTo(features, network);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "a network must have layers before its classifier to be given another, found none");
    }
    Set<String> base = new HashSet<>();
    rows.forEach(row -> base.add(row.name()));
    List<String> taken = base.stream().filter(name -> name.startsWith(PREFIX)).sorted().toList();
    if (!taken.isEmpty()) {
      throw new IllegalArgumentException(
          "a network that is given another classifier must have no other layers named %s*, found %s"
              .formatted(PREFIX, String.join(", ", taken)));
    }
    Shape read = Objects.requireNonNull(network.shapes().get(features), features);
    rows.addAll(classifier(layers, features, read.size(), classes));
    return new NewHead(
        new Network(network.height(), network.width(), network.channels(), rows), base);
  }

  /**
   * The layer of a line, such as {@code dense 128}.
   *
   * @throws IllegalArgumentException if it is none that a classifier may have
   */
  public static ListedLayer line(String line) {
    if (!KINDS.contains(kind(line))) {
      throw new IllegalArgumentException(
          "must be %s, found %s".formatted(String.join("; ", FORMS), line));
    }
    return ListedLayer.read(line);
  }

  private static String kind(String line) {
    return line.strip().split("\\s+", 2)[0];
  }

  /** The names of the new rows that have a kernel, the output layer last. */
  public static List<String> names(List<String> layers) {
    List<String> names = new ArrayList<>();
    for (String line : layers) {
      if (line(line) instanceof ListedLayer.Dense) {
        names.add(PREFIX + "dense" + (names.size() + 1));
      }
    }
    names.add(PREFIX + "output");
    return names;
  }

  /** The row that the classifier reads. */
  private static String features(Network network) {
    String pooled = null;
    String vector = null;
    for (Layer row : network.layers()) {
      boolean dense = row instanceof Layer.Dense || row instanceof Layer.Output;
      vector = vector == null && dense ? row.inputs().get(0) : vector;
      pooled = row instanceof Pool || row instanceof Layer.GlobalAveragePool ? row.name() : pooled;
    }
    return Objects.requireNonNull(pooled == null ? vector : pooled, "a network has an output");
  }

  /** A row and all that it depends on, in network order. */
  private static List<Layer> leadingTo(String last, Network network) {
    Set<String> needed = new HashSet<>(Set.of(last));
    List<Layer> rows = new ArrayList<>();
    for (int i = network.layers().size() - 1; i >= 0; i--) {
      Layer row = network.layers().get(i);
      if (needed.contains(row.name())) {
        needed.addAll(row.inputs());
        rows.add(0, row);
      }
    }
    return rows;
  }

  private static List<Layer> classifier(
      List<String> layers, String features, int values, int classes) {
    List<String> names = names(layers);
    List<Layer> rows = new ArrayList<>();
    String read = features;
    int in = values;
    int dense = 0;
    for (String line : layers) {
      Layer row;
      if (line(line) instanceof ListedLayer.Dense layer) {
        row = new Layer.Dense(names.get(dense++), read, in, layer.neurons(), layer.activation());
        in = layer.neurons();
      } else {
        ListedLayer.Dropped layer = (ListedLayer.Dropped) line(line);
        String name = PREFIX + "dropout" + (rows.size() - dense + 1);
        row = new Dropout(name, read, layer.rate().doubleValue());
      }
      rows.add(row);
      read = row.name();
    }
    rows.add(new Layer.Output(names.get(dense), read, in, classes));
    return rows;
  }
}
