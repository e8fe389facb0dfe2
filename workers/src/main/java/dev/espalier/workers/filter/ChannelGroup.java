package dev.espalier.workers.filter;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Parameter;
import java.util.List;

/**
 * Channels of a network's rows that can only be removed together: channel c of every row of the
 * group is one structure.
 *
 * @param index of the group in its network, in the order of the first rows
 * @param channels how many there are
 * @param producers the convolutions and dense layers whose outputs these are; at least one unless
 *     the group is fixed
 * @param followers the batch norms and depthwise convolutions, which have parameters for each
 *     channel
 * @param consumers the convolutions and dense layers that read them
 * @param read the rows of the group whose values consumers read, by name
 * @param fixed whether these are also the channels of the image or the classes, which stay
 */
public record ChannelGroup(
    int index,
    int channels,
    List<Layer> producers,
    List<Layer> followers,
    List<Layer> consumers,
    List<String> read,
    boolean fixed) {
  public ChannelGroup {
    producers = List.copyOf(producers);
    followers = List.copyOf(followers);
    consumers = List.copyOf(consumers);
    read = List.copyOf(read);
    if (producers.isEmpty() && !fixed) {
      throw new IllegalArgumentException("a group of channels must have a producer, found none");
    }
  }

  /** The names of its producers, for messages. */
  public String name() {
    return String.join(", ", producers.stream().map(Layer::name).toList());
  }

  /** Whether a parameter loses values if channels of the group are removed. */
  public boolean slices(Parameter parameter) {
    return isOf(producers, parameter)
        || isOf(followers, parameter)
        || (parameter.kind().isKernel() && isOf(consumers, parameter));
  }

  private static boolean isOf(List<Layer> rows, Parameter parameter) {
    return rows.stream().anyMatch(row -> row.name().equals(parameter.layer()));
  }
}
