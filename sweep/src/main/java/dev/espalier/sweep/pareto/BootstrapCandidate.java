package dev.espalier.sweep.pareto;

import java.util.Arrays;
import java.util.List;

/**
 * A point in a bootstrap: its cost in each objective (less is better), by seed and with other
 * images.
 */
final class BootstrapCandidate {
  /**
   * Resampled accuracies stay within this number of standard errors of the observed one, except 1
   * in 10^6.
   */
  private static final int REACH = 5;

  private final double[][] costs;
  private final List<long[]> right;
  private final int images;
  private final int accuracy;
  private final List<String> seeds;

  /** The mean cost in accuracy. */
  private final double mean;

  private final double[] low;
  private final double[] high;

  BootstrapCandidate(Point point, List<Objective> objectives) {
    List<Point> trials = point.trials();
    this.seeds = point.seeds();
    this.costs = new double[trials.size()][objectives.size()];
    int place = -1;
    for (int o = 0; o < objectives.size(); o++) {
      for (int t = 0; t < trials.size(); t++) {
        costs[t][o] = objectives.get(o).cost(trials.get(t).metrics());
      }
      place = objectives.get(o).isAccuracy() ? o : place;
    }
    List<Outcomes> outcomes = point.outcomes();
    this.accuracy = outcomes.isEmpty() ? -1 : place;
    this.right = accuracy < 0 ? List.of() : outcomes.stream().map(Outcomes::words).toList();
    this.images = accuracy < 0 ? 0 : outcomes.get(0).images();
    this.low = new double[objectives.size()];
    this.high = new double[objectives.size()];
    for (int o = 0; o < objectives.size(); o++) {
      range(o, outcomes);
    }
    this.mean = accuracy < 0 ? 0 : objectives.get(accuracy).cost(point.metrics());
  }

  /** The number of validation images; 0 where they are not resampled. */
  int images() {
    return images;
  }

  /** The seeds to draw from; fewer than three are not resampled. */
  List<String> seeds() {
    return seeds;
  }

  /** True where a replicate can differ from what was observed. */
  boolean varies() {
    return images > 0 || resamplesSeeds();
  }

  boolean resamplesSeeds() {
    return seeds.size() >= Interval.ENOUGH_SEEDS;
  }

  /** True where this beats {@code other} whatever is drawn. */
  boolean surelyBeats(BootstrapCandidate other) {
    boolean paired = pairs(other);
    boolean better = paired;
    for (int o = 0; o < low.length; o++) {
      boolean byImage = paired && o == accuracy;
      if (!byImage && high[o] > other.low[o]) {
        return false;
      }
      better |= !byImage && high[o] < other.low[o];
    }
    return better && (!paired || surelyMoreAccurate(other));
  }

  /** True where this beats {@code other} in some draw. */
  boolean mayBeat(BootstrapCandidate other) {
    for (int o = 0; o < low.length; o++) {
      if (low[o] > other.high[o]) {
        return false;
      }
    }
    return !pairs(other) || !other.surelyMoreAccurate(this);
  }

  private boolean pairs(BootstrapCandidate other) {
    return accuracy >= 0 && images == other.images;
  }

  /** Paired by image, which detects smaller differences, whichever seeds are drawn. */
  private boolean surelyMoreAccurate(BootstrapCandidate other) {
    if (mean >= other.mean) {
      return false;
    }
    for (long[] own : right) {
      for (long[] others : other.right) {
        int more = 0;
        int differing = 0;
        for (int i = 0; i < own.length; i++) {
          more += Long.bitCount(own[i]) - Long.bitCount(others[i]);
          differing += Long.bitCount(own[i] ^ others[i]);
        }
        double mean = (double) more / images;
        double error = Math.sqrt(((double) differing / images - mean * mean) / images);
        if (mean <= REACH * error) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Its costs in a replicate: means over the drawn seeds.
   *
   * @param weights of the images
   * @param drawn how often each seed was drawn, as many in all as there are seeds
   * @param into receives a cost for each objective
   */
  void resample(ImageWeights weights, int[] drawn, double[] into) {
    Arrays.fill(into, 0);
    long rights = 0;
    for (int t = 0; t < costs.length; t++) {
      if (drawn[t] == 0) {
        continue;
      }
      for (int o = 0; o < into.length; o++) {
        into[o] += drawn[t] * costs[t][o];
      }
      rights += accuracy < 0 ? 0 : (long) drawn[t] * weights.right(right.get(t));
    }
    for (int o = 0; o < into.length; o++) {
      into[o] = o == accuracy ? -(double) rights / images / costs.length : into[o] / costs.length;
    }
  }

  private void range(int objective, List<Outcomes> outcomes) {
    double[] from = new double[costs.length];
    double[] to = new double[costs.length];
    for (int t = 0; t < costs.length; t++) {
      double reach =
          objective == accuracy ? REACH * Outcomes.standardError(List.of(outcomes.get(t))) : 0;
      from[t] = costs[t][objective] - reach;
      to[t] = costs[t][objective] + reach;
    }
    boolean any = resamplesSeeds();
    low[objective] =
        (any ? Arrays.stream(from).min() : Arrays.stream(from).average()).orElseThrow();
    high[objective] = (any ? Arrays.stream(to).max() : Arrays.stream(to).average()).orElseThrow();
  }
}
