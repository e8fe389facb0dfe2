package dev.espalier.sweep.pareto;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trial recommended by default: the smallest that loses at most 0.01 of validation accuracy
 * compared with its dense network. If a sweep has several networks, all trials are compared with
 * the best of these, because one may be better from the start. If no dense network is known, it is
 * the knee.
 *
 * @param selection by which rule it is picked
 * @param picked what it picked: a trial, or a configuration of several seeds
 * @param option the words with which {@code pick} picks the same
 */
public record Advice(Selection selection, Point picked, String option) {
  private static final double LOSS = 0.01;

  /** Digits of an accuracy, enough to distinguish any two shares of 10,000 images. */
  private static final int DIGITS = 4;

  /**
   * The recommendation among {@code points}; empty if there is none.
   *
   * @param points as {@link Selection#of} takes them
   */
  public static Optional<Advice> of(List<Point> points) {
    Selection within = Selection.of(new SelectionRule.Within(LOSS), points);
    double best =
        within.front().all().stream()
            .filter(Point::dense)
            .mapToDouble(Selection::accuracy)
            .max()
            .orElse(Double.NaN);
    long networks = points.stream().map(point -> point.lineage().start()).distinct().count();
    Optional<Advice> advice =
        networks > 1 && best > LOSS
            ? atLeast(best - LOSS, points)
            : advice(within, "--within " + LOSS);
    return advice.or(() -> advice(Selection.of(new SelectionRule.AtKnee(), points), "--knee"));
  }

  private static Optional<Advice> atLeast(double accuracy, List<Point> points) {
    BigDecimal least = BigDecimal.valueOf(accuracy).setScale(DIGITS, RoundingMode.HALF_UP);
    return advice(
        Selection.of(new SelectionRule.MinAccuracy(least.doubleValue()), points),
        "--min-accuracy " + least.toPlainString());
  }

  private static Optional<Advice> advice(Selection selection, String option) {
    Point picked = selection.picked();
    return picked == null ? Optional.empty() : Optional.of(new Advice(selection, picked, option));
  }

  /** The recommended trial; of several seeds the most accurate on validation. */
  public Point trial() {
    return Selection.mostAccurate(picked);
  }

  /**
   * The recommendation, the reason, and how certain it is.
   *
   * @param numbers of the trials, by their ids
   */
  public List<TextLine> lines(Map<String, Integer> numbers) {
    Point trial = trial();
    List<TextLine> lines = new ArrayList<>();
    lines.add(
        new TextLine(
            TextLine.Kind.BEST,
            "take: %s, %s at %s"
                .formatted(
                    Names.numbered(trial, numbers),
                    Figures.size(trial),
                    Figures.number("%.4f", Selection.accuracy(trial)))));
    String reference =
        selection.rule() instanceof SelectionRule.MinAccuracy
            ? ", %s below the best dense network".formatted(LOSS)
            : "";
    lines.add(TextLine.of("why: " + selection.rule().describe() + reference));
    if (!trial.equals(picked)) {
      lines.add(
          TextLine.of("     of its %d seeds the most accurate".formatted(picked.trials().size())));
    }
    SelectionText.confidence(selection, picked).stream()
        .limit(1)
        .forEach(sure -> lines.add(TextLine.of(sure)));
    return lines;
  }
}
