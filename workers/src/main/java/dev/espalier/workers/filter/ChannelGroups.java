package dev.espalier.workers.filter;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The groups of channels of a network that must be removed together.
 *
 * <p>This is DepGraph (arXiv 2301.12900) restricted to graphs without concatenation and split. No
 * row of a table moves a channel to another index: batch norm, depthwise convolutions, poolings and
 * sums compute channel c from channel c. So channels are coupled exactly when rows are, and
 * union-find over rows is enough. A convolution or dense layer reads its input's channels and
 * starts new ones. A dense layer reads an image flattened as [height, width, channels]: channel c
 * is its columns of index % channels == c.
 */
public final class ChannelGroups {
  private final Network network;
  private final Map<String, ChannelGroup> byRow = new HashMap<>();
  private final List<ChannelGroup> all = new ArrayList<>();

  private ChannelGroups(Network network) {
    this.network = network;
  }

  /** The groups of a network's table. */
  public static ChannelGroups of(Network network) {
    Map<String, String> parents = new HashMap<>();
    parents.put(Network.INPUT, Network.INPUT);
    for (Layer row : network.layers()) {
      parents.put(row.name(), row.name());
      if (!startsChannels(row)) {
        row.inputs().forEach(input -> parents.put(root(parents, input), row.name()));
      }
    }
    Map<String, List<String>> members = new LinkedHashMap<>();
    members.computeIfAbsent(root(parents, Network.INPUT), r -> new ArrayList<>());
    for (Layer row : network.layers()) {
      members.computeIfAbsent(root(parents, row.name()), r -> new ArrayList<>()).add(row.name());
    }
    ChannelGroups groups = new ChannelGroups(network);
    members.forEach((root, rows) -> groups.add(root, rows, parents));
    return groups;
  }

  /** All groups, in the order of their first rows; the first is that of the image. */
  public List<ChannelGroup> all() {
    return List.copyOf(all);
  }

  /** The group of the value of a row, or of {@link Network#INPUT}. */
  public ChannelGroup of(String row) {
    return Objects.requireNonNull(byRow.get(row), row);
  }

  /**
   * The groups that may lose channels: not fixed, all producers selected, and no frozen parameter
   * that would lose values. A producer that is not selected excludes its whole group.
   *
   * @param selected by the name of the layer
   * @param frozen by the name of the parameter
   * @throws IllegalArgumentException if there are none
   */
  public List<ChannelGroup> prunable(Predicate<String> selected, Predicate<String> frozen) {
    List<Parameter> held =
        network.layout().stream().filter(parameter -> frozen.test(parameter.name())).toList();
    List<ChannelGroup> free = all.stream().filter(group -> !group.fixed()).toList();
    List<ChannelGroup> chosen =
        free.stream()
            .filter(group -> group.producers().stream().map(Layer::name).allMatch(selected))
            .toList();
    List<ChannelGroup> prunable =
        chosen.stream().filter(group -> held.stream().noneMatch(group::slices)).toList();
    if (prunable.isEmpty()) {
      throw new IllegalArgumentException(
          ("a network must have a group of filters that can be pruned, found %d groups: %d are"
                  + " coupled with the image or the classes, %d have a layer that is left alone,"
                  + " and %d would change frozen parameters")
              .formatted(
                  all.size(),
                  all.size() - free.size(),
                  free.size() - chosen.size(),
                  chosen.size()));
    }
    return prunable;
  }

  private static boolean startsChannels(Layer row) {
    return row instanceof Layer.Convolution
        || row instanceof Layer.Dense
        || row instanceof Layer.Output;
  }

  private static String root(Map<String, String> parents, String row) {
    String root = row;
    String parent = parents.get(root);
    while (parent != null && !parent.equals(root)) {
      root = parent;
      parent = parents.get(root);
    }
    return root;
  }

  private void add(String root, List<String> rows, Map<String, String> parents) {
    Map<String, Shape> shapes = network.shapes();
    List<Layer> producers = new ArrayList<>();
    List<Layer> followers = new ArrayList<>();
    List<Layer> consumers = new ArrayList<>();
    Set<String> read = new LinkedHashSet<>();
    boolean fixed = root.equals(root(parents, Network.INPUT));
    for (Layer row : network.layers()) {
      if (rows.contains(row.name())) {
        fixed |= row instanceof Layer.Output;
        if (startsChannels(row)) {
          producers.add(row);
        } else if (row instanceof Layer.BatchNorm || row instanceof Layer.Depthwise) {
          followers.add(row);
        }
      }
      String input = row.inputs().get(0);
      if (startsChannels(row) && root(parents, input).equals(root)) {
        consumers.add(row);
        read.add(input);
      }
    }
    int channels = Objects.requireNonNull(shapes.get(root)).channels();
    ChannelGroup group =
        new ChannelGroup(
            all.size(), channels, producers, followers, consumers, List.copyOf(read), fixed);
    all.add(group);
    rows.forEach(row -> byRow.put(row, group));
    if (root.equals(root(parents, Network.INPUT))) {
      byRow.put(Network.INPUT, group);
    }
  }
}
