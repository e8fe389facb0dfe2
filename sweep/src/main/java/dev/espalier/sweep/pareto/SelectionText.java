package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A selection in words: what was picked and why, how sure that is, and what stands beside it. */
public final class SelectionText {
  private static final List<String> HEADER =
      List.of("", "trial", "val accuracy", "more accurate", "test accuracy", "bytes", "size");

  private SelectionText() {}

  /** Lines for a terminal. */
  public static List<String> of(Selection selection) {
    Point picked = selection.picked();
    if (picked == null) {
      return nothing(selection);
    }
    List<String> lines = new ArrayList<>();
    lines.add("picked: " + picked.name());
    lines.add("why: " + selection.rule().describe());
    lines.addAll(reference(selection, picked));
    lines.addAll(confidence(selection, picked));
    lines.add("");
    Map<String, Point> rows = rows(selection, picked);
    lines.addAll(table(rows, picked));
    lines.addAll(FrontNotes.intervals(List.copyOf(rows.values()), selection.front().all()));
    lines.add(
        "more accurate: than the one picked, on validation, ± two standard errors, paired by image");
    lines.add("size: against the one picked");
    lines.add("validation chooses; test accuracy is shown and never used to choose");
    return lines;
  }

  private static List<String> nothing(Selection selection) {
    Point nearest = selection.nearest();
    if (nearest == null) {
      return List.of("nothing to pick from: no trial is completed");
    }
    Point dense = selection.dense(nearest);
    List<String> lines = new ArrayList<>();
    lines.add("nothing fits: there is no trial that is " + selection.rule().describe());
    lines.add("the nearest: " + brief(nearest));
    if (selection.rule() instanceof SelectionRule.Within) {
      lines.add(
          dense == null
              ? "no result of a dense network of this seed is in the journal; --min-accuracy needs none"
              : "the dense network: " + brief(dense));
    }
    return lines;
  }

  /** What a loss is counted from, where that is no dense network. */
  private static List<String> reference(Selection selection, Point picked) {
    Point reference = selection.reference(picked);
    return selection.rule() instanceof SelectionRule.Within
            && reference != null
            && !reference.dense()
        ? List.of(
            "the dense network tells other classes apart; this is held against the most accurate"
                + " trial, "
                + reference.name())
        : List.of();
  }

  /** How sure it is that the rule is satisfied, where it is for an accuracy. */
  private static List<String> confidence(Selection selection, Point picked) {
    double margin = selection.margin(picked);
    double error = Double.isInfinite(margin) ? Double.NaN : selection.standardError(picked);
    if (Double.isNaN(error)) {
      return List.of();
    }
    boolean loses = selection.rule() instanceof SelectionRule.Within;
    double measured =
        selection.rule() instanceof SelectionRule.Within within
            ? within.loss() - margin
            : Selection.accuracy(picked);
    String figures =
        number(loses ? "it loses %.4f ± %.4f" : "it reaches %.4f ± %.4f", measured, 2 * error);
    if (margin >= 2 * error) {
      return List.of("sure: " + figures + ", which holds beyond two standard errors");
    }
    double doubtful = loses ? measured + 2 * error : measured - 2 * error;
    Point sure = selection.beyondChance();
    return List.of(
        "not sure: " + figures + number(", so by chance it might be %.4f", doubtful),
        sure == null
            ? "there is none for which it holds beyond two standard errors"
            : "the smallest for which it holds beyond two standard errors: " + brief(sure));
  }

  private static Map<String, Point> rows(Selection selection, Point picked) {
    Map<String, Point> rows = new LinkedHashMap<>();
    rows.put("picked", picked);
    put(rows, "next smaller", selection.smaller(picked));
    put(rows, "next larger", selection.larger(picked));
    put(rows, "dense", selection.dense(picked));
    put(rows, "dense, fine-tuned as long", selection.denseFineTuned(picked));
    return rows;
  }

  private static void put(Map<String, Point> rows, String role, @Nullable Point point) {
    if (point != null && !point.equals(rows.get("picked"))) {
      rows.put(role, point);
    }
  }

  private static List<String> table(Map<String, Point> points, Point picked) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    points.forEach((role, point) -> rows.add(row(role, point, picked)));
    return AlignedColumns.lines(rows, c -> c < 2);
  }

  private static List<String> row(String role, Point point, Point picked) {
    Difference difference = Difference.between(point, picked);
    double bytes = Selection.bytes(point);
    return List.of(
        role,
        point.name(),
        number("%.4f", Selection.accuracy(point))
            + chance(Interval.of(point, Metrics.VAL_ACCURACY).halfWidth()),
        point.equals(picked)
            ? ""
            : number("%+.4f", difference.accuracy()) + chance(2 * difference.standardError()),
        number("%.4f", point.metrics().get(Metrics.TEST_ACCURACY)),
        number("%.0f", bytes),
        number("%.2fx", bytes / Selection.bytes(picked)));
  }

  private static String chance(double halfWidth) {
    return Double.isNaN(halfWidth) ? "" : number(" ± %.4f", halfWidth);
  }

  private static String brief(Point point) {
    return "%s, %s at %s"
        .formatted(
            point.name(),
            ByteCount.text(Selection.bytes(point)),
            number("%.4f", Selection.accuracy(point)));
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
