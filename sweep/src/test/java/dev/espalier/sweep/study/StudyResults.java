package dev.espalier.sweep.study;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Lineage;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Repetitions;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The committed results of a study: its configurations by name, each of several seeds.
 *
 * @param sweep what {@code docs/studies/NAME} holds
 */
record StudyResults(SweepSnapshot sweep, Map<String, Point> rows) {
  private static final String SEED = "seed";

  /** Reads {@code docs/studies/NAME}. */
  static StudyResults read(String name) throws IOException {
    SweepSnapshot sweep = SweepSnapshot.read(RunDirectory.existing("../docs/studies/" + name));
    return new StudyResults(
        sweep,
        sweep.front().all().stream().collect(Collectors.toMap(Point::name, Function.identity())));
  }

  /** The name of the configuration that is a row's fine-tuned for an epoch. */
  static String trained(String row) {
    return row.replace("-ft0", "-ft1");
  }

  /** The configuration of that name, which is a trial's without its seed. */
  Point row(String name) {
    Point row = rows.get(name);
    if (row == null) {
      throw new IllegalArgumentException(
          "must be one of %s, found %s".formatted(rows.keySet(), name));
    }
    return row;
  }

  /** The mean of a metric over the seeds. */
  Interval interval(String row, String metric) {
    return Interval.of(row(row), metric);
  }

  /** What a metric is in each seed. */
  Map<String, Double> bySeed(String row, String metric) {
    Map<String, Double> values = new TreeMap<>();
    for (Point trial : row(row).trials()) {
      values.put(trial.parameters().getOrDefault(SEED, ""), trial.metrics().get(metric));
    }
    return values;
  }

  /** How much more of a metric {@code row} has than {@code than}, paired by seed. */
  Interval difference(String row, String than, String metric) {
    Map<String, Double> other = bySeed(than, metric);
    return overSeeds(
        bySeed(row, metric), e -> e.getValue() - other.getOrDefault(e.getKey(), Double.NaN));
  }

  /** A metric of {@code row} as a multiple of that of {@code of}, paired by seed. */
  Interval ratio(String row, String of, String metric) {
    Map<String, Double> other = bySeed(of, metric);
    return overSeeds(
        bySeed(row, metric), e -> e.getValue() / other.getOrDefault(e.getKey(), Double.NaN));
  }

  /** The mean and its interval of numbers that there are one of for each seed. */
  static Interval overSeeds(
      Map<String, Double> seeds, ToDoubleFunction<Map.Entry<String, Double>> number) {
    return Interval.of(
        Repetitions.merged(
                seeds.entrySet().stream()
                    .map(e -> of(e.getKey(), number.applyAsDouble(e)))
                    .toList())
            .get(0),
        "number");
  }

  private static Point of(String seed, double number) {
    return new Point(
        seed,
        "number-seed" + seed,
        Map.of(SEED, seed),
        Lineage.UNKNOWN,
        new Metrics(Map.of("number", number)),
        null);
  }
}
