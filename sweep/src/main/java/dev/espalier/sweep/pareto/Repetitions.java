package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Trials that differ only in their seed and so repeat one configuration. */
public final class Repetitions {
  private static final String SEED = "seed";

  private Repetitions() {}

  /**
   * One point for each configuration, in the order of its first trial: the trial itself where there
   * is one, else the mean of the trials. A metric of a mean is the arithmetic mean over its trials,
   * and is missing where one of them misses it.
   *
   * @param trials no two of one name
   */
  public static List<Point> merged(List<Point> trials) {
    Map<Point, List<Point>> configurations = new LinkedHashMap<>();
    for (Point trial : trials) {
      configurations.computeIfAbsent(configuration(trial), c -> new ArrayList<>()).add(trial);
    }
    List<Point> merged = new ArrayList<>();
    configurations.forEach((c, of) -> merged.add(of.size() == 1 ? of.get(0) : mean(c, of)));
    return merged;
  }

  /** The name and the parameters without the seed; the trial as it is where it has none. */
  private static Point configuration(Point trial) {
    String seed = trial.parameters().get(SEED);
    if (seed == null) {
      return trial;
    }
    Map<String, String> parameters = new TreeMap<>(trial.parameters());
    parameters.remove(SEED);
    String suffix = "-seed" + seed;
    String name =
        trial.name().endsWith(suffix)
            ? trial.name().substring(0, trial.name().length() - suffix.length())
            : trial.name();
    return new Point("", name, parameters, Lineage.UNKNOWN, Metrics.NONE, null);
  }

  private static Point mean(Point configuration, List<Point> of) {
    List<Point> trials = new ArrayList<>(of);
    trials.sort(Comparator.comparing(Repetitions::seed).thenComparing(Point::name));
    Map<String, Double> means = new TreeMap<>();
    for (String metric : trials.get(0).metrics().values().keySet()) {
      if (trials.stream().allMatch(t -> t.metrics().values().containsKey(metric))) {
        means.put(metric, trials.stream().mapToDouble(t -> t.metrics().get(metric)).sum());
      }
    }
    means.replaceAll((metric, sum) -> rounded(sum / trials.size()));
    return new Point(
        trials.get(0).trial(),
        configuration.name(),
        configuration.parameters(),
        trials.get(0).lineage(),
        new Metrics(means),
        null,
        trials);
  }

  /** To 15 digits, so that the order in which numbers were added makes no mean better. */
  private static double rounded(double mean) {
    return Double.isFinite(mean)
        ? new BigDecimal(mean).round(new MathContext(15)).doubleValue()
        : mean;
  }

  /** Seeds are whole numbers up to 2^53; another text counts as none. */
  private static long seed(Point trial) {
    String seed = trial.parameters().getOrDefault(SEED, "");
    return seed.matches("[0-9]{1,18}") ? Long.parseLong(seed) : -1;
  }
}
