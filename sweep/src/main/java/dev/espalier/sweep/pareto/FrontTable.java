package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A front as a table of a Markdown page with all its columns, smallest point first. */
public final class FrontTable {
  static final String CONTROLS = "controls, which are never on the front; the best of each kind:";

  /** A column of the table. */
  private record Column(String header, Function<PointConfidence, String> cell) {}

  private FrontTable() {}

  /** The table and the meaning of its marks; lines end in LF. */
  public static String markdown(Confidence front) {
    StringBuilder page = new StringBuilder(markdown(rows(front)));
    page.append('\n');
    FrontNotes.of(front).forEach(note -> page.append("- ").append(note.text()).append('\n'));
    List<List<String>> controls = controls(front.front());
    if (controls.size() > 1) {
      page.append('\n').append(CONTROLS).append("\n\n").append(markdown(controls));
    }
    return page.toString();
  }

  private static String markdown(List<List<String>> rows) {
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
    return page.toString();
  }

  private static boolean leftAligned(List<String> row, int column) {
    return column == 0 || column == row.size() - 1;
  }

  private static List<List<String>> rows(Confidence confidence) {
    PointConfidence knee = confidence.knee();
    List<Column> columns = columns("trial", confidence.front(), confidence.points());
    if (confidence.knowsChance()) {
      columns.add(new Column("P(front)", s -> Figures.number("%.2f", s.onFront())));
      columns.add(new Column("P(knee)", s -> Figures.number("%.2f", s.knee())));
    }
    columns.add(new Column("", s -> mark(s, knee)));
    return rows(columns, confidence.points());
  }

  /** The marks of a row: that it is the knee, and that it is tied. */
  static String mark(PointConfidence entry, @Nullable PointConfidence knee) {
    return ((entry.equals(knee) ? "knee " : "") + (entry.tied() ? "tied" : "")).strip();
  }

  /** The header and the front of each kind of controls, without intervals. */
  private static List<List<String>> controls(Front front) {
    List<PointConfidence> entries = bestControls(front);
    List<Column> columns = columns("control", front, entries);
    columns.add(new Column("", s -> Objects.requireNonNull(s.point().control()).label()));
    return rows(columns, entries);
  }

  /** The front of each kind of controls. */
  static List<PointConfidence> bestControls(Front front) {
    return Arrays.stream(Control.values())
        .flatMap(kind -> front.of(kind).points().stream())
        .map(FrontTable::entry)
        .toList();
  }

  /** A point without intervals. */
  static PointConfidence entry(Point point) {
    Interval accuracy = Interval.of(point, Metrics.VAL_ACCURACY);
    return new PointConfidence(point, accuracy, Double.NaN, Double.NaN, false);
  }

  private static List<List<String>> rows(List<Column> columns, List<PointConfidence> entries) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.stream().map(Column::header).toList());
    for (PointConfidence entry : entries) {
      rows.add(columns.stream().map(column -> column.cell().apply(entry)).toList());
    }
    return rows;
  }

  /** The figures of points; seeds where there are several. */
  private static List<Column> columns(String first, Front front, List<PointConfidence> entries) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(first, s -> s.point().name()));
    if (entries.stream().anyMatch(s -> s.point().trials().size() > 1)) {
      columns.add(new Column("seeds", s -> String.valueOf(s.point().trials().size())));
    }
    columns.add(new Column("val accuracy", s -> Figures.accuracy(s.accuracy())));
    columns.add(metric("test accuracy", "%.4f", Metrics.TEST_ACCURACY));
    columns.add(new Column("size", s -> Figures.size(s.point())));
    columns.add(metric("bytes", "%.0f", Metrics.SIZE_COMPRESSED_BYTES));
    columns.add(new Column("ratio", s -> Figures.ratio(s.point())));
    columns.add(metric("sparsity", "%.3f", Metrics.SPARSITY_ACHIEVED));
    columns.add(
        new Column(
            "centroids",
            s -> s.point().centroids().isEmpty() ? Figures.UNKNOWN : s.point().centroids()));
    for (Metric other : Figures.otherObjectives(front)) {
      columns.add(
          new Column(
              other.name(), s -> Figures.value(other, s.point().metrics().get(other.name()))));
    }
    return columns;
  }

  private static Column metric(String header, String format, String metric) {
    return new Column(header, s -> Figures.number(format, s.point().metrics().get(metric)));
  }
}
