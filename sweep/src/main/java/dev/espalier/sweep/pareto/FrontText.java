package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A front as a table for a terminal, smallest point first, in as many columns as fit into lines.
 */
public final class FrontText {
  private static final String NUMBERED =
      "#: the number of the trial, which pick, measure and verify accept in place of its name";

  private FrontText() {}

  /**
   * The table, the meaning of its marks, and the best controls below.
   *
   * @param numbers of the trials, by their ids; if it has none, there is no column for them
   * @param width characters of a line
   */
  public static List<TextLine> of(Confidence front, Map<String, Integer> numbers, int width) {
    List<TextLine> lines = new ArrayList<>(table(front, numbers, width));
    lines.addAll(FrontNotes.of(front));
    if (!numbers.isEmpty()) {
      lines.add(new TextLine(TextLine.Kind.EXPLANATION, NUMBERED));
    }
    List<PointConfidence> controls = FrontTable.bestControls(front.front());
    if (!controls.isEmpty()) {
      lines.add(TextLine.of(""));
      lines.add(TextLine.of(FrontTable.CONTROLS));
      Names names = Names.of(controls, numbers);
      List<NarrowTable.Column<PointConfidence>> columns = columns("control", front.front(), names);
      columns.add(mark(entry -> Objects.requireNonNull(entry.point().control()).label()));
      lines.addAll(lines(names, columns, controls, entry -> false, width));
    }
    return lines;
  }

  /**
   * Only the table, with rows around the knee and without intervals.
   *
   * @param rows at most so many
   */
  public static List<TextLine> brief(
      Front front, Map<String, Integer> numbers, int width, int rows) {
    Point knee = Knee.of(front);
    int from =
        Math.max(
            0, Math.min(front.points().indexOf(knee) - rows / 2, front.points().size() - rows));
    List<PointConfidence> entries =
        front.points().stream().skip(from).limit(rows).map(FrontTable::entry).toList();
    Names names = Names.of(entries, numbers);
    List<NarrowTable.Column<PointConfidence>> columns = columns("trial", front, names);
    columns.add(mark(entry -> entry.point().equals(knee) ? "knee" : ""));
    return lines(names, columns, entries, entry -> entry.point().equals(knee), width);
  }

  private static List<TextLine> table(Confidence front, Map<String, Integer> numbers, int width) {
    PointConfidence knee = front.knee();
    Names names = Names.of(front.points(), numbers);
    List<NarrowTable.Column<PointConfidence>> columns = columns("trial", front.front(), names);
    if (front.knowsChance()) {
      columns.add(column("P(front)", 1, entry -> Figures.number("%.2f", entry.onFront())));
      columns.add(column("P(knee)", 4, entry -> Figures.number("%.2f", entry.knee())));
    }
    columns.add(mark(entry -> FrontTable.mark(entry, knee)));
    return lines(names, columns, front.points(), entry -> entry.equals(knee), width);
  }

  private static List<TextLine> lines(
      Names names,
      List<NarrowTable.Column<PointConfidence>> columns,
      List<PointConfidence> entries,
      Predicate<PointConfidence> best,
      int width) {
    List<TextLine> lines = new ArrayList<>(names.inAll());
    lines.addAll(new NarrowTable<>(columns, width).lines(entries, best));
    return lines;
  }

  private static List<NarrowTable.Column<PointConfidence>> columns(
      String first, Front front, Names names) {
    List<NarrowTable.Column<PointConfidence>> columns = new ArrayList<>();
    if (names.numbered()) {
      columns.add(column("#", 0, entry -> names.number(entry.point())));
    }
    columns.add(NarrowTable.Column.name(first, entry -> names.name(entry.point())));
    if (names.showSeeds()) {
      columns.add(column("seeds", 0, entry -> String.valueOf(entry.point().trials().size())));
    }
    columns.add(column("val accuracy", 0, entry -> Figures.accuracy(entry.accuracy())));
    columns.add(
        column(
            "test",
            2,
            entry -> Figures.number("%.4f", entry.point().metrics().get(Metrics.TEST_ACCURACY))));
    columns.add(column("size", 0, entry -> Figures.size(entry.point())));
    columns.add(column("ratio", 3, entry -> Figures.ratio(entry.point())));
    for (Metric other : Figures.otherObjectives(front)) {
      columns.add(
          column(
              other.name(),
              0,
              entry -> Figures.value(other, entry.point().metrics().get(other.name()))));
    }
    return columns;
  }

  private static NarrowTable.Column<PointConfidence> column(
      String header, int dispensable, Function<PointConfidence, String> cell) {
    return new NarrowTable.Column<>(header, NarrowTable.Side.RIGHT, dispensable, cell);
  }

  private static NarrowTable.Column<PointConfidence> mark(Function<PointConfidence, String> cell) {
    return new NarrowTable.Column<>("", NarrowTable.Side.LEFT, 0, cell);
  }
}
