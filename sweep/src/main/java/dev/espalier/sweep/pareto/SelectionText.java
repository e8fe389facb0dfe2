package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A selection in words: what was picked and why, how certain that is, and the alternatives. */
public final class SelectionText {
  private static final List<String> EXPLANATIONS =
      List.of(
          "more accurate: than the picked one, on validation, ± two standard errors, paired by image",
          "times: as large as the picked one",
          "dense, fine-tuned: the dense network, fine-tuned for as long as the picked one");

  private static final String TEST =
      "validation chooses; test accuracy is shown and never used to choose";

  private final Selection selection;
  private final Map<String, Integer> numbers;
  private final int width;

  private SelectionText(Selection selection, Map<String, Integer> numbers, int width) {
    this.selection = selection;
    this.numbers = numbers;
    this.width = width;
  }

  /** A row of the table: a point and its relation to the picked one. */
  private record Row(String role, Point point) {}

  /**
   * Lines for a terminal.
   *
   * @param numbers of the trials, by their ids; may be empty
   * @param width characters of a line of the table
   */
  public static List<TextLine> of(Selection selection, Map<String, Integer> numbers, int width) {
    Point picked = selection.picked();
    return picked == null
        ? TextLine.all(TextLine.Kind.PLAIN, nothing(selection))
        : new SelectionText(selection, numbers, width).lines(picked);
  }

  private List<TextLine> lines(Point picked) {
    List<TextLine> lines = new ArrayList<>();
    lines.add(new TextLine(TextLine.Kind.BEST, "picked: " + Names.numbered(picked, numbers)));
    lines.add(TextLine.of("why: " + selection.rule().describe()));
    lines.addAll(TextLine.all(TextLine.Kind.PLAIN, reference(selection, picked)));
    lines.addAll(TextLine.all(TextLine.Kind.PLAIN, confidence(selection, picked)));
    lines.add(TextLine.of(""));
    List<Row> rows = rows(picked);
    lines.addAll(table(rows, picked));
    lines.addAll(
        TextLine.all(
            TextLine.Kind.NOTE,
            FrontNotes.intervals(rows.stream().map(Row::point).toList(), selection.front().all())));
    lines.addAll(TextLine.all(TextLine.Kind.EXPLANATION, EXPLANATIONS));
    lines.add(new TextLine(TextLine.Kind.NOTE, TEST));
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
              ? "the journal has no result of a dense network with this seed; --min-accuracy needs none"
              : "the dense network: " + brief(dense));
    }
    return lines;
  }

  /** The reference of a loss, if that is not a dense network. */
  private static List<String> reference(Selection selection, Point picked) {
    Point reference = selection.reference(picked);
    return selection.rule() instanceof SelectionRule.Within
            && reference != null
            && !reference.dense()
        ? List.of(
            "the dense network has other classes, so the loss is relative to the most accurate"
                + " trial, "
                + reference.name())
        : List.of();
  }

  /** How certain it is that a rule about accuracy is satisfied. */
  static List<String> confidence(Selection selection, Point picked) {
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
    boolean gains = loses && measured < 0;
    String verb = gains ? "gains" : loses ? "loses" : "reaches";
    String figures = "it " + verb + number(" %.4f ± %.4f", Math.abs(measured), 2 * error);
    if (margin >= 2 * error) {
      return List.of("sure: " + figures + ", which holds beyond two standard errors");
    }
    double doubtful = loses ? measured + 2 * error : measured - 2 * error;
    String might = gains ? ", so by chance it might lose %.4f" : ", so by chance it might be %.4f";
    Point sure = selection.beyondChance();
    return List.of(
        "not sure: " + figures + number(might, doubtful),
        sure == null
            ? "there is none for which it holds beyond two standard errors"
            : "the smallest for which it holds beyond two standard errors: " + brief(sure));
  }

  private List<Row> rows(Point picked) {
    List<Row> rows = new ArrayList<>(List.of(new Row("picked", picked)));
    add(rows, "next smaller", selection.smaller(picked));
    add(rows, "next larger", selection.larger(picked));
    add(rows, "dense", selection.dense(picked));
    add(rows, "dense, fine-tuned", selection.denseFineTuned(picked));
    return rows;
  }

  private static void add(List<Row> rows, String role, @Nullable Point point) {
    if (point != null && !point.equals(rows.get(0).point())) {
      rows.add(new Row(role, point));
    }
  }

  private List<TextLine> table(List<Row> rows, Point picked) {
    Names names = Names.ofPoints(rows.stream().map(Row::point).distinct().toList(), numbers);
    List<NarrowTable.Column<Row>> columns = new ArrayList<>();
    columns.add(new NarrowTable.Column<>("", NarrowTable.Side.LEFT, 0, Row::role));
    if (names.numbered()) {
      columns.add(column("#", 0, row -> names.number(row.point())));
    }
    columns.add(NarrowTable.Column.name("trial", row -> names.name(row.point())));
    if (names.showSeeds()) {
      columns.add(column("seeds", 0, row -> String.valueOf(row.point().trials().size())));
    }
    columns.add(
        column(
            "val accuracy",
            0,
            row -> Figures.accuracy(Interval.of(row.point(), Metrics.VAL_ACCURACY))));
    columns.add(column("more accurate", 0, row -> difference(row.point(), picked)));
    columns.add(
        column(
            "test",
            1,
            row -> Figures.number("%.4f", row.point().metrics().get(Metrics.TEST_ACCURACY))));
    columns.add(column("size", 0, row -> Figures.size(row.point())));
    columns.add(
        column(
            "times",
            0,
            row -> number("%.2fx", Selection.bytes(row.point()) / Selection.bytes(picked))));
    List<TextLine> lines = new ArrayList<>(names.inAll());
    lines.addAll(new NarrowTable<>(columns, width).lines(rows, row -> row.point().equals(picked)));
    return lines;
  }

  private static NarrowTable.Column<Row> column(
      String header, int dispensable, Function<Row, String> cell) {
    return new NarrowTable.Column<>(header, NarrowTable.Side.RIGHT, dispensable, cell);
  }

  private static String difference(Point point, Point picked) {
    Difference difference = Difference.between(point, picked);
    return point.equals(picked)
        ? ""
        : number("%+.4f", difference.accuracy()) + Figures.chance(2 * difference.standardError());
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
