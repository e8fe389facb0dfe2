package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A front drawn with characters: the first objective upwards, the last to the right. {@code o} is a
 * point of the front, {@code K} its knee, a dot a point that another beats.
 */
public final class FrontChart {
  private static final char FRONT = 'o';
  private static final char KNEE = 'K';
  private static final char BEATEN = '·';

  /** Lines below the plot: the axis and what is written on it. */
  private static final int BELOW = 2;

  /** Columns between what is written beside the axis upwards and the plot. */
  private static final int AXIS = 2;

  private final Axis across;
  private final Axis upwards;
  private final char[][] cells;

  private FrontChart(Axis across, Axis upwards, int columns, int rows) {
    this.across = across;
    this.upwards = upwards;
    this.cells = new char[rows][columns];
    for (char[] row : cells) {
      Arrays.fill(row, ' ');
    }
  }

  /**
   * The chart, without spaces at the ends of lines; nothing where no point has two finite values.
   *
   * @param width characters of a line, at least 30
   * @param height lines, at least 5
   */
  public static List<String> lines(Front front, int width, int height) {
    Objective up = front.first();
    Objective right = front.last();
    List<Point> shown =
        Stream.concat(front.dominated().stream(), front.points().stream())
            .filter(point -> Axis.shows(up, point) && Axis.shows(right, point))
            .toList();
    if (shown.isEmpty()) {
      return List.of();
    }
    Axis upwards = axis(up, shown);
    int margin = upwards.ticks().stream().mapToInt(t -> upwards.text(t).length()).max().orElse(0);
    FrontChart chart =
        new FrontChart(axis(right, shown), upwards, width - margin - AXIS, height - BELOW);
    chart.put(front.dominated(), front, point -> BEATEN);
    Point knee = Knee.of(front);
    chart.put(front.points(), front, point -> point.equals(knee) ? KNEE : FRONT);
    return chart.lines(margin);
  }

  private static Axis axis(Objective objective, List<Point> points) {
    return Axis.around(
        objective, points.stream().map(point -> objective.value(point.metrics())).toList());
  }

  /** Later marks hide earlier ones, except the knee. */
  private void put(List<Point> points, Front front, Function<Point, Character> mark) {
    for (Point point : points) {
      if (Axis.shows(front.first(), point) && Axis.shows(front.last(), point)) {
        int row = row(front.first().value(point.metrics()));
        int column = column(front.last().value(point.metrics()));
        cells[row][column] = cells[row][column] == KNEE ? KNEE : mark.apply(point);
      }
    }
  }

  private int row(double value) {
    return (int) Math.round((1 - upwards.place(value)) * (cells.length - 1));
  }

  private int column(double value) {
    return (int) Math.round(across.place(value) * (cells[0].length - 1));
  }

  private List<String> lines(int margin) {
    String[] beside = new String[cells.length];
    Arrays.fill(beside, "");
    for (double tick : upwards.ticks()) {
      int row = row(tick);
      boolean free =
          Arrays.stream(beside, Math.max(0, row - 1), Math.min(beside.length, row + 2))
              .allMatch(String::isEmpty);
      beside[row] = free ? upwards.text(tick) : beside[row];
    }
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < cells.length; row++) {
      String label = " ".repeat(margin - beside[row].length()) + beside[row];
      String line = label + (beside[row].isEmpty() ? " │" : " ┤") + new String(cells[row]);
      lines.add(line.stripTrailing());
    }
    StringBuilder axis = new StringBuilder("─".repeat(cells[0].length));
    StringBuilder below = new StringBuilder(" ".repeat(cells[0].length));
    across.ticks().forEach(tick -> write(tick, axis, below));
    lines.add(" ".repeat(margin) + " └" + axis);
    lines.add((" ".repeat(margin + AXIS) + below).stripTrailing());
    return lines;
  }

  /** Writes a tick below the axis where there is room for it. */
  private void write(double tick, StringBuilder axis, StringBuilder below) {
    String text = across.text(tick);
    int start = column(tick) - text.length() / 2;
    int from = Math.max(0, start - 2);
    int to = Math.min(below.length(), start + text.length() + 2);
    boolean fits = start >= 0 && start + text.length() <= below.length();
    if (fits && below.substring(from, to).isBlank()) {
      axis.setCharAt(column(tick), '┬');
      below.replace(start, start + text.length(), text);
    }
  }

  /** The legend of the axes and marks. */
  public static String legend(Front front) {
    return Stream.of(
            "%s against %s"
                .formatted(front.first().metric().label(), front.last().metric().label()),
            FRONT + " front",
            KNEE + " knee",
            BEATEN + " beaten")
        .collect(Collectors.joining("; "));
  }
}
