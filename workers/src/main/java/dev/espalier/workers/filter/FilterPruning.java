package dev.espalier.workers.filter;

import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One-shot ranking of channels, which removes those with the lowest scores. Channels of equal score
 * are removed in network order, then by index. No group loses its last channel. A higher sparsity
 * removes everything that a lower one removes.
 */
public final class FilterPruning {
  private FilterPruning() {}

  /** A channel in a ranking. */
  private record Ranked(ChannelGroup group, int channel, double score) {}

  /**
   * The channels of each group that are kept, as bits.
   *
   * @param scores for each channel of the groups, in network order; not NaN
   * @param sparsity fraction of the channels to remove, in [0, 1)
   * @param scope {@code FLAT}: one ranking of all channels, by their scores divided by the mean
   *     score of their group, which makes layers of different sizes comparable; in a group of mean
   *     0 all are 0. {@code LAYERWISE}: a ranking in each group
   */
  public static Map<ChannelGroup, BitSet> kept(
      Map<ChannelGroup, double[]> scores, BigDecimal sparsity, Scope scope, Rounding rounding) {
    if (sparsity.signum() < 0 || sparsity.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException("sparsity: must be in [0, 1), found " + sparsity);
    }
    scores.forEach(FilterPruning::requireScores);
    Map<ChannelGroup, BitSet> kept = new LinkedHashMap<>();
    List<Ranked> all = new ArrayList<>();
    scores.forEach(
        (group, own) -> {
          BitSet channels = new BitSet(group.channels());
          channels.set(0, group.channels());
          kept.put(group, channels);
          List<Ranked> ranked = ranked(group, scope == Scope.FLAT ? normalized(own) : own);
          if (scope == Scope.FLAT) {
            all.addAll(ranked);
          } else {
            remove(ranked, keep(rounding, group.channels(), sparsity), kept);
          }
        });
    if (scope == Scope.FLAT && !all.isEmpty()) {
      remove(all, Math.max(kept.size(), keep(rounding, all.size(), sparsity)), kept);
    }
    return kept;
  }

  /** How many of {@code channels} are kept: at least one. */
  private static int keep(Rounding rounding, int channels, BigDecimal sparsity) {
    return Math.max(1, channels - (int) rounding.pruned(sparsity, channels));
  }

  private static void requireScores(ChannelGroup group, double[] scores) {
    if (scores.length != group.channels()) {
      throw new IllegalArgumentException(
          "%s: must have %d scores, found %d"
              .formatted(group.name(), group.channels(), scores.length));
    }
    for (int channel = 0; channel < scores.length; channel++) {
      if (!Double.isFinite(scores[channel]) || scores[channel] < 0) {
        throw new IllegalArgumentException(
            "%s[%d]: a score must be finite and at least 0, found %s"
                .formatted(group.name(), channel, scores[channel]));
      }
    }
  }

  private static double[] normalized(double[] scores) {
    double sum = 0;
    for (double score : scores) {
      sum += score;
    }
    double mean = sum / scores.length;
    double[] normalized = new double[scores.length];
    for (int channel = 0; channel < scores.length && mean > 0; channel++) {
      normalized[channel] = scores[channel] / mean;
    }
    return normalized;
  }

  private static List<Ranked> ranked(ChannelGroup group, double[] scores) {
    List<Ranked> ranked = new ArrayList<>();
    for (int channel = 0; channel < scores.length; channel++) {
      ranked.add(new Ranked(group, channel, scores[channel]));
    }
    return ranked;
  }

  /** Removes the lowest until {@code keep} are left, except the last of each group. */
  private static void remove(List<Ranked> ranking, int keep, Map<ChannelGroup, BitSet> kept) {
    List<Ranked> lowestFirst = new ArrayList<>(ranking);
    lowestFirst.sort(Comparator.comparingDouble(Ranked::score)); // stable: ties stay in order
    int left = ranking.size();
    for (Ranked lowest : lowestFirst) {
      BitSet channels = kept.get(lowest.group());
      if (left > keep && channels != null && channels.cardinality() > 1) {
        channels.clear(lowest.channel());
        left--;
      }
    }
  }
}
