package dev.espalier.sweep.pareto;

import dev.espalier.workers.stage.Metrics;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A finished trial as a front sees it.
 *
 * @param trial its id
 * @param name unique in the sweep, for people
 * @param parameters as in the journal: {@code model}, {@code width}, {@code sparsity}, {@code
 *     scope}, {@code fine_tune_epochs}, {@code centroids}, {@code seed}; any of them may be missing
 * @param correct which validation images were classified rightly; null where that is not known, and
 *     then nothing is said about chance
 */
public record Point(
    String trial,
    String name,
    Map<String, String> parameters,
    Metrics metrics,
    @Nullable Outcomes correct) {

  public Point {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
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
    return new Point(trial, name, texts, metrics, correct);
  }

  /** The model with its width: what shares a colour in the picture. */
  String series() {
    String model = parameters.getOrDefault("model", "model");
    String width = parameters.get("width");
    return width == null ? model : model + ", width " + width;
  }

  String seed() {
    return parameters.getOrDefault("seed", "");
  }

  /** How many values the weights of a layer were asked to share; empty where they were left. */
  String centroids() {
    String asked = parameters.getOrDefault("centroids", "");
    return asked.matches("[0-9]+") ? asked : "";
  }

  /** Whether this is a baseline: trained and nothing else. */
  boolean dense() {
    return zero("sparsity") && zero("fine_tune_epochs") && centroids().isEmpty();
  }

  /** One standard error of the validation accuracy, as a fraction; NaN where it is not known. */
  public double standardError() {
    return correct == null ? Double.NaN : correct.standardError();
  }

  /**
   * Whether the two may be compared image by image. Between seeds chance has changed the baseline
   * too, so that their accuracies count as independent.
   */
  boolean pairsWith(Point other) {
    return seed().equals(other.seed())
        && correct != null
        && other.correct != null
        && correct.images() == other.correct.images();
  }

  private boolean zero(String parameter) {
    String value = parameters.getOrDefault(parameter, "0");
    return value.matches("[0-9.]+") && new BigDecimal(value).signum() == 0;
  }
}
