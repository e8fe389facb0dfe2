package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.FrontTable;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a sweep, for its parent run: metrics, a sentence, and the front as a table.
 *
 * @param accuracy the metric that is to be large
 * @param cost the metric that is to be small
 */
record SweepSummary(Confidence confidence, TrialCounts counts, String accuracy, String cost) {
  /** How each {@link #sentence} begins: a description that begins otherwise is a person's own. */
  static final String BEGINNING = "The Pareto front of ";

  /** Below {@link Limits#SENT_TAG_CHARS}, with room for a last line. */
  private static final int DESCRIPTION_CHARS = 4_900;

  /**
   * By names that no trial has, so that the parent is no point in a chart of trials: {@code
   * front/size}, {@code front/hypervolume}, and {@code knee/} with the two metrics.
   */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("front/size", (double) confidence.points().size());
    metrics.put("front/hypervolume", confidence.hypervolume());
    Point knee = knee();
    if (knee != null) {
      metrics.put("knee/" + accuracy, knee.metrics().get(accuracy));
      metrics.put("knee/" + cost, knee.metrics().get(cost));
    }
    metrics.values().removeIf(value -> !Double.isFinite(value));
    return metrics;
  }

  /** One plain sentence. */
  String sentence() {
    Point knee = knee();
    String atKnee =
        knee == null
            ? ""
            : "; at its knee, %s is %s and %s is %s"
                .formatted(
                    accuracy,
                    text(knee.metrics().get(accuracy)),
                    cost,
                    text(knee.metrics().get(cost)));
    return BEGINNING
        + "%s has %s%s%s%s."
            .formatted(
                count(counts.over(), "finished trial"),
                count(confidence.points().size(), "point"),
                atKnee,
                counts.failed() > 0 ? "; " + count(counts.failed(), "trial") + " failed" : "",
                counts.left() > 0 ? "; left: " + count(counts.left(), "trial") : "");
  }

  /** The sentence and the front as a table in Markdown, as much of it as a tag holds. */
  String description() {
    StringBuilder text = new StringBuilder(sentence()).append("\n\n");
    if (confidence.points().isEmpty()) {
      return text.toString();
    }
    for (String line : FrontTable.markdown(confidence).lines().toList()) {
      if (text.length() + line.length() > DESCRIPTION_CHARS) {
        return text.append("\nThe rest is in front.csv.\n").toString();
      }
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private @Nullable Point knee() {
    return Knee.of(confidence.front());
  }

  private static String count(int number, String thing) {
    return number == 1 ? "1 " + thing : number + " " + thing + "s";
  }

  private static String text(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) >= 10;
    return String.format(Locale.ROOT, whole ? "%,.0f" : "%.4f", value);
  }
}
