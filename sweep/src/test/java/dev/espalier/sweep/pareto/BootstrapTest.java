package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.outcomes;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.seed;
import static dev.espalier.sweep.pareto.Points.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.run.ProcessorTime;
import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  /** Four standard errors of a share of 1,000 replicates, at most. */
  private static final double FOUR_ERRORS = 4 * 0.5 / Math.sqrt(1000);

  private static final int IMAGES = 150;
  private static final String SIZE = "size/compressed_bytes";

  @Test
  void aLargerPointIsWorthHavingAsOftenAsOneOfItsImagesIsDrawn() {
    for (int images : new int[] {1, 2, 3}) {
      Point small = seed("small", 1, outcomes(0, 800, 1000), 10);
      Point large = seed("large", 1, outcomes(0, 800 + images, 1000), 20);

      List<Bootstrap.Share> shares = shares(small, large);

      assertEquals(1, shares.get(0).onFront(), "nothing is smaller");
      assertEquals(1 - Math.pow(1 - images / 1000.0, 1000), shares.get(1).onFront(), FOUR_ERRORS);
    }
  }

  @Test
  void pairsImagesSoThatOnlyThoseThatDifferCount() {
    // 58 differ, 33 to 25: P(more than 0) of a normal variable around 8 of variance 58 - 64 / 1000.
    Point small = seed("small", 1, outcomes(0, 800, 1000), 10);
    Point large = seed("large", 1, outcomes(25, 833, 1000), 20);

    assertEquals(0.838, shares(small, large).get(1).onFront(), FOUR_ERRORS);
  }

  @Test
  void drawsSeedsOncePerReplicateForAllPointsOfTheSameSeeds() {
    // The larger one is better by 0.01 with two seeds, worse by 0.03 with the third, so it is on
    // the
    // front only where the third is not drawn, (2 / 3)^3; and the seeds themselves differ much
    // more.
    Point small = mean("small", 10, new double[] {0.5, 0.7, 0.9}, "1", "2", "3");
    Point large = mean("large", 20, new double[] {0.51, 0.71, 0.87}, "1", "2", "3");

    assertEquals(8 / 27.0, shares(small, large).get(1).onFront(), FOUR_ERRORS);
  }

  @Test
  void drawsOtherSeedsIndependently() {
    double[] a = {0.5, 0.7, 0.9};
    double[] b = {0.52, 0.61, 0.98};
    Point small = mean("small", 10, a, "1", "2", "3");
    Point large = mean("large", 20, b, "4", "5", "6");
    double better = 0;
    for (int i = 0; i < 27 * 27; i++) {
      double difference = 0;
      for (int place = 0, digits = i; place < 6; place++, digits /= 3) {
        difference += place < 3 ? -a[digits % 3] : b[digits % 3];
      }
      better += difference > 1e-9 ? 1 / 729.0 : 0;
    }

    assertEquals(better, shares(small, large).get(1).onFront(), FOUR_ERRORS);
  }

  @Test
  void keepsTwoSeedsAsTheyAre() {
    // One of two seeds is better by an image that is drawn or not, the other the same.
    Point small =
        merged(seed("s", 1, outcomes(0, 800, 1000), 10), seed("s", 2, outcomes(0, 500, 1000), 10));
    Point large =
        merged(seed("l", 1, outcomes(0, 801, 1000), 20), seed("l", 2, outcomes(0, 500, 1000), 20));

    assertEquals(1 - Math.pow(0.999, 1000), shares(small, large).get(1).onFront(), FOUR_ERRORS);
  }

  @Test
  void agreesWithResamplingEveryPointImageByImage() {
    SplittableRandom random = new SplittableRandom(8);
    for (int round = 0; round < 12; round++) {
      int seeds = round % 2 == 0 ? 1 : 3;
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        points.add(randomPoint("p" + i, seeds, i, random));
      }
      Front front = Front.of(points, ACCURACY_BY_SIZE);
      List<Point> all = new ArrayList<>(front.points());
      all.addAll(front.dominated());

      List<Bootstrap.Share> shares = Bootstrap.of(all, front.points().size(), ACCURACY_BY_SIZE);

      assertEquals(imageByImage(all, seeds), shares, "round " + round);
      assertTrue(shares.stream().filter(s -> s.onFront() > 0 && s.onFront() < 1).count() > 3);
      assertEquals(1, shares.stream().mapToDouble(Bootstrap.Share::knee).sum(), 1e-9);
    }
  }

  @Test
  void saysNothingWhereNothingIsKnownAboutChance() {
    Bootstrap.Share unknown = new Bootstrap.Share(Double.NaN, Double.NaN);

    assertEquals(List.of(unknown, unknown), shares(point("a", 0.5, 1), point("b", 0.6, 2)));
  }

  @Test
  void oneOutcomeThatIsNotKnownIsTakenAsItIs() {
    Point small = with(point("small", 0.8005, 10), "1", null);
    Point large = seed("large", 1, outcomes(0, 800, 1000), 20);

    // Binomial around 800: more than 800.5 in just under half of the draws.
    assertEquals(0.49, shares(small, large).get(1).onFront(), FOUR_ERRORS);
  }

  @Test
  void equalPointsAndASinglePointAreAlwaysOnTheFront() {
    Point point = seed("a", 1, outcomes(0, 80, 100), 10);

    assertEquals(List.of(new Bootstrap.Share(1, 1)), shares(point));
    List<Bootstrap.Share> equal = shares(point, seed("b", 1, outcomes(0, 80, 100), 10));
    assertEquals(List.of(1.0, 1.0), equal.stream().map(Bootstrap.Share::onFront).toList());
    assertEquals(List.of(), shares());
  }

  @Test
  void tenThousandPointsOfFiveThousandImagesTakeSeconds() {
    SplittableRandom random = new SplittableRandom(9);
    List<Objective> objectives = new ArrayList<>(ACCURACY_BY_SIZE);
    objectives.add(Objective.minimize("macs/nonzero"));
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      double bytes = 1e4 + random.nextInt(3_000_000);
      double macs = 1e6 + random.nextInt(30_000_000);
      double size = Math.log(bytes / 1e4) / 6 + Math.log(macs / 1e6) / 6;
      double accuracy = 0.9 * (1 - Math.exp(-2 * size)) + 0.04 * random.nextDouble();
      Outcomes correct = outcomes(randomBits(5000, accuracy, random), 5000);
      points.add(
          new Point(
              "p" + i,
              "p" + i,
              Map.of("seed", "1"),
              Lineage.UNKNOWN,
              new Metrics(
                  Map.of(
                      "val/accuracy",
                      correct.accuracy(),
                      "size/compressed_bytes",
                      bytes,
                      "macs/nonzero",
                      macs)),
              correct));
    }
    Front front = Front.of(points, objectives);

    double start = ProcessorTime.seconds();
    Confidence confidence = Confidence.of(front, ReferencePoint.NONE);
    double taken = ProcessorTime.seconds() - start;

    assertTrue(taken < 60, "seconds of the processor: " + taken);
    assertTrue(confidence.points().size() > 100);
    assertTrue(confidence.points().stream().allMatch(standing -> standing.onFront() > 0));
  }

  /**
   * What the class document says, on plain arrays: nobody is left out, every image is looked at,
   * every pair of points is compared.
   */
  private static List<Bootstrap.Share> imageByImage(List<Point> points, int seeds) {
    SplittableRandom random = new SplittableRandom(1979);
    double[] onFront = new double[points.size()];
    double[] knee = new double[points.size()];
    for (int replicate = 0; replicate < 1000; replicate++) {
      int[] images = drawn(IMAGES, random);
      int[] drawn = seeds == 1 ? new int[] {1} : drawn(seeds, random);
      long[] right = new long[points.size()];
      double[] bytes = new double[points.size()];
      for (int p = 0; p < right.length; p++) {
        for (int s = 0; s < seeds; s++) {
          BitSet correct = BitSet.valueOf(points.get(p).outcomes().get(s).words());
          long[] once = {0};
          correct.stream().forEach(image -> once[0] += images[image]);
          right[p] += drawn[s] * once[0];
          bytes[p] += drawn[s] * points.get(p).trials().get(s).metrics().get(SIZE) / seeds;
        }
      }
      List<Integer> front = unbeaten(right, bytes);
      front.forEach(p -> onFront[p]++);
      knee[farthestAboveTheChord(front, right, bytes)]++;
    }
    return IntStream.range(0, points.size())
        .mapToObj(p -> new Bootstrap.Share(onFront[p] / 1000, knee[p] / 1000))
        .toList();
  }

  /** How often each of {@code count} things occurs in {@code count} draws. */
  private static int[] drawn(int count, SplittableRandom random) {
    int[] times = new int[count];
    for (int i = 0; i < count; i++) {
      double uniform = (random.nextLong() >>> 32) / Math.pow(2, 32);
      times[(int) Math.floor(uniform * count)]++;
    }
    return times;
  }

  private static List<Integer> unbeaten(long[] right, double[] bytes) {
    List<Integer> front = new ArrayList<>();
    for (int p = 0; p < right.length; p++) {
      boolean beaten = false;
      for (int q = 0; q < right.length; q++) {
        boolean noWorse = right[q] >= right[p] && bytes[q] <= bytes[p];
        beaten |= noWorse && (right[q] > right[p] || bytes[q] < bytes[p]);
      }
      if (!beaten) {
        front.add(p);
      }
    }
    return front;
  }

  /** By the distance from the line between the smallest and the most accurate point. */
  private static int farthestAboveTheChord(List<Integer> front, long[] right, double[] bytes) {
    List<Integer> bySize = new ArrayList<>(front);
    bySize.sort(Comparator.comparingDouble(p -> bytes[p]));
    int smallest = bySize.get(0);
    int best = bySize.get(bySize.size() - 1);
    int knee = best;
    double farthest = 0;
    double width = Math.log(bytes[best] / bytes[smallest]);
    double height = right[best] - right[smallest];
    for (int p : bySize) {
      double x = Math.log(bytes[p] / bytes[smallest]) / width;
      double y = (right[p] - right[smallest]) / height;
      double distance = (y - x) / Math.sqrt(2);
      if (distance > farthest + 1e-12) {
        farthest = distance;
        knee = p;
      }
    }
    return knee;
  }

  private static Point randomPoint(String name, int seeds, int place, SplittableRandom random) {
    double accuracy = 0.3 + 0.02 * place + 0.1 * random.nextDouble();
    Point[] trials = new Point[seeds];
    for (int s = 0; s < seeds; s++) {
      Outcomes correct = outcomes(randomBits(IMAGES, accuracy, random), IMAGES);
      trials[s] = seed(name, s + 1, correct, 1000 + 100 * place + random.nextInt(150));
    }
    return merged(trials);
  }

  private static BitSet randomBits(int images, double share, SplittableRandom random) {
    BitSet bits = new BitSet(images);
    for (int i = 0; i < images; i++) {
      // Images are easy or hard for all.
      bits.set(i, random.nextDouble() < (i % 2 == 0 ? share : share * share));
    }
    return bits;
  }

  private static Point mean(String name, double bytes, double[] accuracies, String... seeds) {
    Point[] trials = new Point[seeds.length];
    for (int i = 0; i < seeds.length; i++) {
      trials[i] = with(point(name, accuracies[i], bytes), seeds[i], null);
    }
    return merged(trials);
  }

  private static Point merged(Point... trials) {
    return Repetitions.merged(List.of(trials)).get(0);
  }

  private static List<Bootstrap.Share> shares(Point... points) {
    Front front = Front.of(List.of(points), ACCURACY_BY_SIZE);
    return Bootstrap.of(List.of(points), Math.min(1, front.points().size()), ACCURACY_BY_SIZE);
  }
}
