package dev.espalier.sweep.pareto;

import dev.espalier.workers.stage.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A choice in words: what was picked and why, how sure that is, and what stands beside it. */
public final class ChoiceText {
  private static final List<String> HEADER =
      List.of("", "trial", "val accuracy", "more accurate", "test accuracy", "bytes", "size");

  private ChoiceText() {}

  /** Lines for a terminal. */
  public static List<String> of(Choice choice) {
    Point picked = choice.picked();
    if (picked == null) {
      return nothing(choice);
    }
    List<String> lines = new ArrayList<>();
    lines.add("picked: " + picked.name());
    lines.add("why: " + choice.wish().words());
    lines.addAll(confidence(choice, picked));
    lines.add("");
    Map<String, Point> rows = rows(choice, picked);
    lines.addAll(table(rows, picked));
    lines.addAll(FrontNotes.intervals(List.copyOf(rows.values()), choice.front().all()));
    lines.add(
        "more accurate: than the one picked, on validation, ± two standard errors, paired by image");
    lines.add("size: against the one picked");
    lines.add("validation chooses; test accuracy is shown and never used to choose");
    return lines;
  }

  private static List<String> nothing(Choice choice) {
    Point nearest = choice.nearest();
    if (nearest == null) {
      return List.of("nothing to pick from: no trial is completed");
    }
    Point dense = choice.dense(nearest);
    List<String> lines = new ArrayList<>();
    lines.add("nothing fits: there is no trial that is " + choice.wish().words());
    lines.add("the nearest: " + brief(nearest));
    if (choice.wish() instanceof Wish.Within) {
      lines.add(
          dense == null
              ? "no result of a dense network of this seed is in the journal; --min-accuracy needs none"
              : "the dense network: " + brief(dense));
    }
    return lines;
  }

  /** How sure it is that the wish is fulfilled, where it is for an accuracy. */
  private static List<String> confidence(Choice choice, Point picked) {
    double margin = choice.margin(picked);
    double error = Double.isInfinite(margin) ? Double.NaN : choice.standardError(picked);
    if (Double.isNaN(error)) {
      return List.of();
    }
    boolean loses = choice.wish() instanceof Wish.Within;
    double measured =
        choice.wish() instanceof Wish.Within within
            ? within.loss() - margin
            : Choice.accuracy(picked);
    String figures =
        number(loses ? "it loses %.4f ± %.4f" : "it reaches %.4f ± %.4f", measured, 2 * error);
    if (margin >= 2 * error) {
      return List.of("sure: " + figures + ", which holds beyond two standard errors");
    }
    double doubtful = loses ? measured + 2 * error : measured - 2 * error;
    Point sure = choice.beyondChance();
    return List.of(
        "not sure: " + figures + number(", so by chance it might be %.4f", doubtful),
        sure == null
            ? "there is none for which it holds beyond two standard errors"
            : "the smallest for which it holds beyond two standard errors: " + brief(sure));
  }

  private static Map<String, Point> rows(Choice choice, Point picked) {
    Map<String, Point> rows = new LinkedHashMap<>();
    rows.put("picked", picked);
    put(rows, "next smaller", choice.smaller(picked));
    put(rows, "next larger", choice.larger(picked));
    put(rows, "dense", choice.dense(picked));
    put(rows, "dense, fine-tuned as long", choice.denseFineTuned(picked));
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
    double bytes = Choice.bytes(point);
    return List.of(
        role,
        point.name(),
        number("%.4f", Choice.accuracy(point))
            + chance(Interval.of(point, Metrics.VAL_ACCURACY).halfWidth()),
        point.equals(picked)
            ? ""
            : number("%+.4f", difference.accuracy()) + chance(2 * difference.standardError()),
        number("%.4f", point.metrics().get(Metrics.TEST_ACCURACY)),
        number("%.0f", bytes),
        number("%.2fx", bytes / Choice.bytes(picked)));
  }

  private static String chance(double halfWidth) {
    return Double.isNaN(halfWidth) ? "" : number(" ± %.4f", halfWidth);
  }

  private static String brief(Point point) {
    return "%s, %s at %s"
        .formatted(
            point.name(),
            ByteCount.text(Choice.bytes(point)),
            number("%.4f", Choice.accuracy(point)));
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
