package dev.espalier.sweep.study;

import dev.espalier.workers.filter.ChannelGroup;
import dev.espalier.workers.filter.ChannelGroups;
import dev.espalier.workers.filter.Narrowing;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Shape;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A network each of whose convolutions loses its own filters, by no word of the others: what NNI
 * 1.8 makes of a residual network. {@code StructuredWeightMasker} masks {@code int(filters *
 * ratio)} of each convolution, and before {@code ModelSpeedup} makes it smaller, {@code
 * ChannelMaskConflict} gives coupled convolutions back what any of them keeps. So the channels that
 * go into a sum stay unless all of its convolutions have lost them.
 */
final class OwnFilters {
  private final Network network;
  private final ChannelGroups groups;
  private final Map<ChannelGroup, Integer> kept = new HashMap<>();

  /** The groups of channels that several convolutions give. */
  private final List<ChannelGroup> sums;

  /** What networks have whose sums have one or two channels: bit i is that of sum i. */
  private final List<Counts> corners = new ArrayList<>();

  /** What NNI counts of a network. */
  record Counts(long parameters, long flops) {}

  /**
   * @param ratio of each convolution's filters to remove
   * @param rounding of their number
   */
  OwnFilters(Network network, BigDecimal ratio, RoundingMode rounding) {
    this.network = network;
    groups = ChannelGroups.of(network);
    for (ChannelGroup group : groups.all()) {
      BigDecimal removed = ratio.multiply(BigDecimal.valueOf(group.channels()));
      kept.put(group, group.channels() - removed.setScale(0, rounding).intValue());
    }
    sums = groups.all().stream().filter(group -> group.producers().size() > 1).toList();
    for (int corner = 0; corner < 1 << sums.size(); corner++) {
      corners.add(counts(width(corner)));
    }
  }

  private int[] width(int corner) {
    return IntStream.range(0, sums.size()).map(sum -> 1 + (corner >> sum & 1)).toArray();
  }

  /** Channels of each sum where its convolutions lose the same filters: the fewest. */
  int[] agreed() {
    return sums.stream().mapToInt(this::kept).toArray();
  }

  /** Channels of each sum, on average, where none knows of the other. */
  int[] unrelated() {
    return sums.stream()
        .mapToInt(
            sum -> {
              double lost = 1 - (double) kept(sum) / sum.channels();
              return (int)
                  Math.round(sum.channels() * (1 - Math.pow(lost, sum.producers().size())));
            })
        .toArray();
  }

  private int kept(ChannelGroup group) {
    return Objects.requireNonNull(kept.get(group));
  }

  /** What the network has, counted row by row. */
  Counts counts(int[] channels) {
    Network narrow = narrow(channels);
    Map<String, Shape> shapes = narrow.shapes();
    long normalized = 0;
    for (Layer row : narrow.layers()) {
      if (row instanceof Layer.BatchNorm) {
        normalized += Objects.requireNonNull(shapes.get(row.name())).size();
      }
    }
    return new Counts(narrow.parameters(), narrow.macs() + 2 * normalized + narrow.classes());
  }

  private Network narrow(int[] channels) {
    Map<ChannelGroup, BitSet> left = new HashMap<>();
    for (ChannelGroup group : groups.all()) {
      int sum = sums.indexOf(group);
      if (!group.fixed()) {
        BitSet first = new BitSet();
        first.set(0, sum < 0 ? kept(group) : channels[sum]);
        left.put(group, first);
      }
    }
    return Narrowing.of(network, groups, left).network();
  }

  /**
   * The same without making the network: no row reads a sum and gives to the same one, so the
   * counts are linear in the channels of each.
   */
  Counts interpolated(int[] channels) {
    List<Counts> left = corners;
    for (int own : channels) {
      left = fixed(left, own);
    }
    return left.get(0);
  }

  /** The corners of the sums that are left, where the first of them has so many channels. */
  private static List<Counts> fixed(List<Counts> corners, int channels) {
    List<Counts> fixed = new ArrayList<>(corners.size() / 2);
    for (int i = 0; i < corners.size(); i += 2) {
      Counts one = corners.get(i);
      Counts two = corners.get(i + 1);
      fixed.add(
          new Counts(
              one.parameters + (channels - 1) * (two.parameters - one.parameters),
              one.flops + (channels - 1) * (two.flops - one.flops)));
    }
    return fixed;
  }

  /** All channels of the sums that give these counts. */
  List<int[]> having(Counts counts) {
    List<int[]> found = new ArrayList<>();
    search(counts, corners, new int[sums.size()], 0, found);
    return found;
  }

  private void search(
      Counts counts, List<Counts> left, int[] channels, int sum, List<int[]> found) {
    int least = kept(sums.get(sum));
    int most = Math.min(sums.get(sum).channels(), sums.get(sum).producers().size() * least);
    if (left.size() > 2) {
      for (int own = least; own <= most; own++) {
        channels[sum] = own;
        search(counts, fixed(left, own), channels, sum + 1, found);
      }
      return;
    }
    long one = left.get(0).parameters;
    int last = (int) (1 + (counts.parameters - one) / (left.get(1).parameters - one));
    if (last >= least && last <= most && fixed(left, last).get(0).equals(counts)) {
      channels[sum] = last;
      found.add(channels.clone());
    }
  }
}
