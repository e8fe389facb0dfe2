package dev.espalier.workers.cluster;

import java.util.SplittableRandom;

/** Distributions of weights, from those of trained layers to those that break arithmetic. */
enum LayerKind {
  GAUSSIAN((random, i) -> 0.05 * gaussian(random)),
  /** One weight at 1,000 deviations. */
  FAR((random, i) -> i == 0 ? 50 : 0.05 * gaussian(random)),
  /** One weight at 10,000 deviations. */
  FARTHER((random, i) -> i == 0 ? 500 : 0.05 * gaussian(random)),
  /** One weight at 100,000,000 deviations, on the side where sums begin. */
  FARTHEST((random, i) -> i == 0 ? -5e6 : 0.05 * gaussian(random)),
  OUTLIERS((random, i) -> (i < 40 ? (i % 4 == 0 ? 1e6 : 1e3) : 0.05) * gaussian(random)),
  GAUSSIAN_TO_THE_FIFTH((random, i) -> fifth(gaussian(random))),
  GAUSSIAN_TO_THE_15TH((random, i) -> fifth(cube(gaussian(random)))),
  LAPLACE((random, i) -> (random.nextBoolean() ? 1 : -1) * StrictMath.log(1 - random.nextDouble())),
  STUDENT_T1(
      (random, i) -> {
        double weight = gaussian(random);
        return weight / gaussian(random);
      }),
  STUDENT_T2(
      (random, i) -> {
        double x = gaussian(random);
        double y = gaussian(random);
        return gaussian(random) / Math.sqrt((x * x + y * y) / 2);
      }),
  UNIFORM((random, i) -> random.nextDouble() - 0.5),
  BIMODAL((random, i) -> (random.nextBoolean() ? 1 : -1) + 0.1 * gaussian(random)),
  TWO_SCALES((random, i) -> random.nextBoolean() ? gaussian(random) : 3 + 1e-6 * gaussian(random)),
  /** A gap around zero, as magnitude pruning leaves it. */
  PRUNED(
      (random, i) -> {
        double weight = gaussian(random);
        return Math.abs(weight) < 1.2 ? 0 : 0.05 * weight;
      }),
  /** Three weights of four on a coarse grid. */
  DUPLICATES(
      (random, i) ->
          random.nextInt(4) > 0 ? Math.rint(40 * gaussian(random)) / 64 : gaussian(random)),
  GRID((random, i) -> (random.nextInt(60_000) + 1) / 65_536.0),
  OFFSET((random, i) -> 1000 + 0.5 * gaussian(random)),
  DENORMAL((random, i) -> 3e3 * Float.MIN_VALUE * gaussian(random)),
  BARELY_NORMAL((random, i) -> 3e7 * Float.MIN_VALUE * gaussian(random)),
  HUGE((random, i) -> Math.max(-3.4e38, Math.min(3.4e38, 1.2e38 * gaussian(random))));

  private interface Weight {
    double next(SplittableRandom random, int index);
  }

  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  private final Weight weight;

  LayerKind(Weight weight) {
    this.weight = weight;
  }

  float[] layer(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] layer = new float[size];
    for (int i = 0; i < size; i++) {
      layer[i] = (float) weight.next(random, i);
    }
    return layer;
  }

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  private static double cube(double x) {
    return x * x * x;
  }

  private static double fifth(double x) {
    return x * x * cube(x);
  }
}
