package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The probabilities that each point is on the front, and that it is the knee, if other validation
 * images and other seeds are drawn (Efron 1979, "Bootstrap methods: another look at the jackknife";
 * for images and seeds that cross Owen 2007, "The pigeonhole bootstrap").
 *
 * <p>A replicate draws validation images with replacement, once for all points, and seeds with
 * replacement, once for all points of the same seeds, so that points stay paired. Points of fewer
 * than three seeds keep them. Points that another beats by more than any draw could turn are left
 * out; the others are compared with those alone that may beat them. The generator is seeded: equal
 * points in equal order give equal shares.
 */
final class Bootstrap {
  static final int REPLICATES = 1000;
  private static final long SEED = 1979;

  private final List<Objective> objectives;
  private final List<BootstrapCandidate> candidates = new ArrayList<>();

  /** For each candidate those that may beat it; the last to have beaten it comes first. */
  private final List<int[]> rivals = new ArrayList<>();

  private final double[][] costs;
  private final int[] fronts;
  private final int[] knees;

  /**
   * Fractions of the replicates.
   *
   * @param onFront in which nothing beats the point
   * @param knee in which it is the knee
   */
  record Share(double onFront, double knee) {
    private static final Share NEVER = new Share(0, 0);
    private static final Share UNKNOWN = new Share(Double.NaN, Double.NaN);
  }

  private Bootstrap(List<BootstrapCandidate> candidates, List<Objective> objectives) {
    this.candidates.addAll(candidates);
    this.objectives = objectives;
    this.costs = new double[candidates.size()][objectives.size()];
    this.fronts = new int[candidates.size()];
    this.knees = new int[candidates.size()];
    for (BootstrapCandidate candidate : candidates) {
      int[] rivals = new int[candidates.size()];
      int count = 0;
      for (int i = 0; i < candidates.size(); i++) {
        if (candidates.get(i) != candidate && candidates.get(i).mayBeat(candidate)) {
          rivals[count++] = i;
        }
      }
      this.rivals.add(Arrays.copyOf(rivals, count));
    }
  }

  /**
   * The shares of {@code points}; NaN if nothing is known about chance.
   *
   * @param points comparable by {@code objectives}, the best first
   * @param best the number of leading points that represent the front, to leave out points that
   *     they certainly beat
   */
  static List<Share> of(List<Point> points, int best, List<Objective> objectives) {
    List<BootstrapCandidate> all =
        points.stream().map(point -> new BootstrapCandidate(point, objectives)).toList();
    if (all.stream().noneMatch(BootstrapCandidate::varies)) {
      return Collections.nCopies(points.size(), Share.UNKNOWN);
    }
    List<BootstrapCandidate> front = all.subList(0, best);
    List<BootstrapCandidate> left =
        all.stream()
            .filter(candidate -> front.stream().noneMatch(other -> other.surelyBeats(candidate)))
            .toList();
    Bootstrap bootstrap = new Bootstrap(left, objectives);
    bootstrap.run();
    List<Share> shares = new ArrayList<>();
    int next = 0;
    for (BootstrapCandidate candidate : all) {
      boolean compared = next < left.size() && left.get(next) == candidate;
      shares.add(compared ? bootstrap.share(next++) : Share.NEVER);
    }
    return shares;
  }

  private Share share(int candidate) {
    return new Share(
        (double) fronts[candidate] / REPLICATES, (double) knees[candidate] / REPLICATES);
  }

  private void run() {
    SplittableRandom random = new SplittableRandom(SEED);
    ImageWeights weights =
        new ImageWeights(candidates.stream().mapToInt(BootstrapCandidate::images).max().orElse(1));
    for (int replicate = 0; replicate < REPLICATES; replicate++) {
      weights.draw(random);
      Map<List<String>, int[]> seeds = new HashMap<>();
      for (int i = 0; i < candidates.size(); i++) {
        BootstrapCandidate candidate = candidates.get(i);
        int[] drawn = seeds.computeIfAbsent(candidate.seeds(), of -> draw(candidate, random));
        candidate.resample(weights, drawn, costs[i]);
      }
      count();
    }
  }

  /** The number of times that each seed is drawn: random from three seeds on, else once. */
  private static int[] draw(BootstrapCandidate candidate, SplittableRandom random) {
    int[] drawn = new int[candidate.seeds().size()];
    if (!candidate.resamplesSeeds()) {
      Arrays.fill(drawn, 1);
      return drawn;
    }
    for (int i = 0; i < drawn.length; i++) {
      drawn[(int) (((random.nextLong() >>> 32) * drawn.length) >>> 32)]++;
    }
    return drawn;
  }

  /** Counts the front of a replicate, and its knee. */
  private void count() {
    int last = objectives.size() - 1;
    int[] front = new int[costs.length];
    double[] gainFirst = new double[costs.length];
    double[] gainLast = new double[costs.length];
    int size = 0;
    for (int i = 0; i < costs.length; i++) {
      if (!beaten(i)) {
        fronts[i]++;
        gainFirst[size] = objectives.get(0).gain(costs[i][0]);
        gainLast[size] = objectives.get(last).gain(costs[i][last]);
        front[size++] = i;
      }
    }
    int knee = Knee.indexOf(gainFirst, gainLast, size);
    if (knee >= 0) {
      knees[front[knee]]++;
    }
  }

  private boolean beaten(int candidate) {
    int[] of = rivals.get(candidate);
    for (int r = 0; r < of.length; r++) {
      if (beats(costs[of[r]], costs[candidate])) {
        int rival = of[r];
        System.arraycopy(of, 0, of, 1, r);
        of[0] = rival;
        return true;
      }
    }
    return false;
  }

  private static boolean beats(double[] a, double[] b) {
    boolean better = false;
    for (int o = 0; o < a.length; o++) {
      if (a[o] > b[o]) {
        return false;
      }
      better |= a[o] < b[o];
    }
    return better;
  }
}
