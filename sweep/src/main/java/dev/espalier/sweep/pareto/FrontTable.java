package dev.espalier.sweep.pareto;

import dev.espalier.workers.stage.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** A front as a table for people, smallest point first. */
public final class FrontTable {
  private static final List<String> HEADER =
      List.of(
          "trial",
          "val accuracy",
          "test accuracy",
          "size",
          "bytes",
          "ratio",
          "sparsity",
          "centroids");
  private static final Set<String> SHOWN =
      Set.of(Metrics.VAL_ACCURACY, Metrics.SIZE_COMPRESSED_BYTES, Metrics.SPARSITY_ACHIEVED);
  private static final String UNKNOWN = "-";

  private FrontTable() {}

  /** Lines for a terminal, columns aligned, with what the marks mean below. */
  public static List<String> text(Front front) {
    List<List<String>> rows = rows(front);
    List<Integer> widths =
        IntStream.range(0, rows.get(0).size())
            .mapToObj(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toList();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        String padding = " ".repeat(widths.get(c) - row.get(c).length());
        line.append(leftAligned(row, c) ? row.get(c) + padding : padding + row.get(c)).append("  ");
      }
      lines.add(line.toString().stripTrailing());
    }
    lines.addAll(notes(front));
    return lines;
  }

  /** The same table for a Markdown page; lines end in LF. */
  public static String markdown(Front front) {
    List<List<String>> rows = rows(front);
    StringBuilder page = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      page.append("| ").append(String.join(" | ", rows.get(r))).append(" |\n");
      if (r == 0) {
        for (int c = 0; c < rows.get(r).size(); c++) {
          page.append(leftAligned(rows.get(r), c) ? "|---" : "|--:");
        }
        page.append("|\n");
      }
    }
    page.append('\n');
    notes(front).forEach(note -> page.append("- ").append(note).append('\n'));
    return page.toString();
  }

  private static boolean leftAligned(List<String> row, int column) {
    return column == 0 || column == row.size() - 1;
  }

  /** Objectives that have no column of their own. */
  private static List<String> otherObjectives(Front front) {
    return front.objectives().stream()
        .map(Objective::metric)
        .filter(metric -> !SHOWN.contains(metric))
        .toList();
  }

  private static List<List<String>> rows(Front front) {
    Point knee = Knee.of(front);
    List<String> others = otherObjectives(front);
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(HEADER, others, ""));
    for (int i = 0; i < front.points().size(); i++) {
      Point point = front.points().get(i);
      Metrics metrics = point.metrics();
      double bytes = metrics.get(Metrics.SIZE_COMPRESSED_BYTES);
      String marks = (point.equals(knee) ? "knee " : "") + (front.tiedWithSmaller(i) ? "tied" : "");
      List<String> standard =
          List.of(
              point.name(),
              number("%.4f", metrics.get(Metrics.VAL_ACCURACY))
                  + (point.correct() == null ? "" : number(" ± %.4f", point.standardError())),
              number("%.4f", metrics.get(Metrics.TEST_ACCURACY)),
              Double.isNaN(bytes) ? UNKNOWN : ByteCount.text(bytes),
              number("%.0f", bytes),
              number("%.1fx", metrics.get(Metrics.SIZE_DENSE_BYTES) / bytes),
              number("%.3f", metrics.get(Metrics.SPARSITY_ACHIEVED)),
              point.centroids().isEmpty() ? UNKNOWN : point.centroids());
      List<String> objectives =
          others.stream().map(metric -> value(metric, metrics.get(metric))).toList();
      rows.add(row(standard, objectives, marks.strip()));
    }
    return rows;
  }

  private static List<String> row(List<String> standard, List<String> others, String marks) {
    List<String> row = new ArrayList<>(standard);
    row.addAll(others);
    row.add(marks);
    return row;
  }

  /** Counts whole, losses with four digits, latencies to the microsecond. */
  private static String value(String metric, double value) {
    String fraction = metric.startsWith("latency/") ? "%.6f" : "%.4f";
    return number(value == Math.rint(value) ? "%.0f" : fraction, value);
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value);
  }

  private static List<String> notes(Front front) {
    List<String> notes = new ArrayList<>();
    OptionalInt images =
        front.points().stream()
            .map(Point::correct)
            .filter(Objects::nonNull)
            .mapToInt(Outcomes::images)
            .min();
    images.ifPresent(
        n -> notes.add("±: one standard error of the accuracy on " + n + " validation images"));
    if (IntStream.range(0, front.points().size()).anyMatch(front::tiedWithSmaller)) {
      notes.add(
          "tied: no more accurate than the next smaller point, within two standard errors of the"
              + " difference");
    }
    notes.add("ratio: the same network as plain 32-bit weights, by size");
    long seeds = front.all().stream().map(Point::seed).distinct().count();
    if (seeds == 1 || seeds == 2) {
      notes.add(
          (seeds == 1 ? "one seed" : "two seeds") + ": what another seed changes is not in ±");
    }
    front
        .excluded()
        .forEach(e -> notes.add("left out: " + e.point().name() + " (" + e.reason() + ")"));
    return notes;
  }
}
