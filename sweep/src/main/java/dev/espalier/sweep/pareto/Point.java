package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A finished trial as a point of a front, or the mean of trials that differ only in their seed.
 *
 * @param trial its id; for a mean that of its first trial
 * @param name unique in the sweep, for people
 * @param parameters as in the journal: {@code model}, {@code sparsity}; any may be missing, a mean
 *     has no {@code seed}, and a control has {@value Control#PARAMETER}
 * @param lineage the stages that led to it; for a mean those of its first trial
 * @param correct which validation images were classified rightly; null where that is not known, and
 *     then nothing is said about chance; null for a mean, whose trials have it
 * @param repetitions for a mean the trials that it is of, two or more; empty for a trial
 */
public record Point(
    String trial,
    String name,
    Map<String, String> parameters,
    Lineage lineage,
    Metrics metrics,
    @Nullable Outcomes correct,
    List<Point> repetitions) {

  public Point {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    repetitions = List.copyOf(repetitions);
    boolean nested = repetitions.stream().anyMatch(p -> !p.repetitions.isEmpty());
    if (repetitions.size() == 1 || nested) {
      throw new IllegalArgumentException(
          "a mean must be of two or more trials, found " + repetitions);
    }
  }

  /** A trial. */
  public Point(
      String trial,
      String name,
      Map<String, String> parameters,
      Lineage lineage,
      Metrics metrics,
      @Nullable Outcomes correct) {
    this(trial, name, parameters, lineage, metrics, correct, List.of());
  }

  /**
   * The same, from parameters that are texts and numbers; those that are null are left out.
   *
   * @param correct as above
   */
  public static Point of(
      String trial,
      String name,
      Map<String, ? extends @Nullable Object> parameters,
      Lineage lineage,
      Metrics metrics,
      @Nullable Outcomes correct) {
    Map<String, String> texts = new TreeMap<>();
    parameters.forEach(
        (key, value) -> {
          if (value != null) {
            texts.put(
                key, value instanceof BigDecimal d ? d.toPlainString() : String.valueOf(value));
          }
        });
    return new Point(trial, name, texts, lineage, metrics, correct);
  }

  /** The trials that this is the mean of, or itself. */
  public List<Point> trials() {
    return repetitions.isEmpty() ? List.of(this) : repetitions;
  }

  /** The seeds of its {@link #trials}, in their order; empty texts where they are not known. */
  List<String> seeds() {
    return trials().stream().map(point -> point.parameters.getOrDefault("seed", "")).toList();
  }

  /** What {@code metric} is in each of its {@link #trials}. */
  double[] values(String metric) {
    return trials().stream().mapToDouble(point -> point.metrics.get(metric)).toArray();
  }

  /** The outcomes of its {@link #trials}; empty unless all of them are known. */
  List<Outcomes> outcomes() {
    List<Outcomes> known = new ArrayList<>();
    for (Point point : trials()) {
      if (point.correct == null) {
        return List.of();
      }
      known.add(point.correct);
    }
    return known;
  }

  /** The model with its width: what shares a colour in the picture. */
  String series() {
    String model = parameters.getOrDefault("model", "model");
    String width = parameters.get("width");
    return width == null ? model : model + ", width " + width;
  }

  /** How many values the weights of a layer were asked to share; empty where they were left. */
  String centroids() {
    String asked = parameters.getOrDefault("centroids", "");
    return asked.matches("[0-9]+") ? asked : "";
  }

  /** The stages that its {@link #trials} started with, in their order. */
  List<String> starts() {
    return trials().stream().map(point -> point.lineage.start()).toList();
  }

  /** The kind of control that it is; null for others. */
  public @Nullable Control control() {
    String word = parameters.get(Control.PARAMETER);
    return word == null ? null : Control.of(word);
  }

  /** Whether this is a baseline: a network as it started and nothing else. */
  boolean dense() {
    return lineage.dense();
  }
}
