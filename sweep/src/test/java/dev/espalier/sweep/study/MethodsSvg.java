package dev.espalier.sweep.study;

import dev.espalier.sweep.pareto.ByteCount;
import dev.espalier.sweep.pareto.SvgPage;
import dev.espalier.workers.facts.Metrics;
import java.util.List;

/**
 * {@link MethodFigures} as a picture: a row for each method, what it costs as a dot with its
 * interval, what it gives as bars of what is left. Light or dark, as the reader's screen is.
 */
final class MethodsSvg {
  private static final List<String> COLUMNS = List.of("file", "flash", "RAM", "MACs");
  private static final List<String> KINDS = List.of(".esp", ".tflite", "arena", "1 image");

  /** Of the axis of accuracies. */
  private static final double LOWEST = -0.15;

  private static final double HIGHEST = 0.025;

  /** Between groups of methods, in pixels. */
  private static final int GAP = 9;

  /** Between lines of text, in pixels. */
  private static final int LINE = 17;

  private static final int TITLE_LINE = 22;

  private static final String STYLE =
      """
      text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #24292f }
      .title { font-size: 17px; font-weight: 600 }
      .head { font-weight: 600 }
      .note, .same { fill: #656d76 }
      .note { font-size: 12px }
      .page { fill: #fff }
      .track { fill: #eaedf0 }
      .grid { stroke: #e3e5e8 }
      .zero { stroke: #8c949e }
      .bar { fill: #0072b2 }
      .all { fill: #c3cad2 }
      .loss { stroke: #d55e00; stroke-width: 2 }
      .dot { fill: #d55e00 }
      .mark { fill: #656d76 }
      .hollow { fill: #fff }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .note, .same { fill: #9198a1 }
        .page, .hollow { fill: #0d1117 }
        .track { fill: #21262d }
        .grid { stroke: #262c34 }
        .zero { stroke: #656d76 }
        .bar { fill: #56b4e9 }
        .all { fill: #3d444d }
        .loss { stroke: #e69f00 }
        .dot { fill: #e69f00 }
        .mark { fill: #9198a1 }
      }
      """;

  private final MethodFigures figures;
  private final MethodsLayout at;
  private final StringBuilder svg = new StringBuilder();

  private MethodsSvg(MethodFigures figures, MethodsLayout at) {
    this.figures = figures;
    this.at = at;
  }

  /** The whole file. */
  static String of(MethodFigures figures, MethodsLayout layout) {
    return new MethodsSvg(figures, layout).draw();
  }

  private String draw() {
    int y = 10;
    for (String line : at.title()) {
      y += TITLE_LINE;
      text(at.margin(), y, "start", "title", line);
    }
    y = heads(y + 30);
    dense(y);
    y += at.rowHeight();
    for (List<MethodFigures.Row> group : figures.groups()) {
      y += GAP;
      element("<path class='grid' d='M%d %d H%d'/>", at.margin(), y - GAP / 2, at.right());
      for (MethodFigures.Row row : group) {
        row(y, row);
        y += at.rowHeight();
      }
    }
    y += 8;
    for (String line : at.notes()) {
      y += LINE;
      text(at.margin(), y, "start", "note", line);
    }
    return written(y + 16);
  }

  /** What the columns are; returns where the first row begins. */
  private int heads(int y) {
    text(at.axis().left(), y, "start", "head", "costs");
    text(at.axis().left(), y + LINE, "start", "note", "change of accuracy");
    for (double tick : at.axis().ticks()) {
      text(x(tick), y + 2.3 * LINE, "middle", "note", tick == 0 ? "0" : signed("%.2f", tick));
    }
    text(at.columns().left(), y, "start", "head", "gives: what is left of");
    for (int i = 0; i < COLUMNS.size(); i++) {
      text(at.columns().left(i), y + LINE, "start", "", COLUMNS.get(i));
      text(at.columns().left(i), y + 2 * LINE, "start", "note", KINDS.get(i));
    }
    return y + 46;
  }

  private void dense(int y) {
    Metrics dense = figures.dense();
    name(y, "head", "dense, 32-bit floats");
    grid(y);
    text(
        at.change(),
        y + at.figures(),
        "end",
        "",
        Figures.text("%.3f", dense.get(Metrics.TEST_ACCURACY)));
    element("<circle class='mark' cx='%.1f' cy='%d' r='4'/>", x(0), y + at.figures() - 4);
    for (int i = 0; i < COLUMNS.size(); i++) {
      double cost = dense.get(MethodFigures.COSTS.get(i));
      boolean bytes = i < COLUMNS.size() - 1;
      String words = bytes ? ByteCount.text(cost) : Figures.text("%.1f M", cost / 1e6);
      text(at.columns().left(i), y + at.figures(), "start", "note", words);
      bar(i, y, 1, "all");
    }
  }

  /** Names of what is done on top of the row before begin with a plus, and stand further in. */
  private void name(int y, String style, String words) {
    int in = words.startsWith("+") ? 12 : 0;
    text(at.margin() + in, y + MethodsLayout.NAME, "start", style, words);
  }

  /** The lines of the axis beside the figures of a row, and not through its name. */
  private void grid(int y) {
    int top = y + at.figures() - MethodsLayout.NAME;
    for (double tick : at.axis().ticks()) {
      String style = tick == 0 ? "zero" : "grid";
      element("<path class='%s' d='M%.1f %d V%d'/>", style, x(tick), top, y + at.rowHeight());
    }
  }

  private void row(int y, MethodFigures.Row row) {
    name(y, "", row.label());
    grid(y);
    int middle = y + at.figures() - 4;
    double low = x(row.change().low());
    element("<path class='loss' d='M%.1f %d H%.1f'/>", low, middle, x(row.change().high()));
    String dot = row.chance() ? "hollow loss" : "dot";
    element("<circle class='%s' cx='%.1f' cy='%d' r='4.5'/>", dot, x(row.change().mean()), middle);
    String style = row.chance() ? "same" : "";
    text(at.change(), y + at.figures(), "end", style, signed("%+.3f", row.change().mean()));
    for (int i = 0; i < COLUMNS.size(); i++) {
      double left = row.left().get(i);
      boolean same = Math.abs(left - 1) < 0.005;
      text(at.columns().left(i), y + at.figures(), "start", same ? "same" : "head", share(left));
      bar(i, y, left, same ? "all" : "bar");
    }
  }

  private void bar(int column, int y, double left, String style) {
    String form = "<rect class='%s' x='%d' y='%d' width='%.1f' height='5' rx='1.5'/>";
    int top = y + at.figures() + 5;
    element(form, "track", at.columns().left(column), top, (double) at.columns().bar());
    element(form, style, at.columns().left(column), top, at.columns().bar() * left);
  }

  /** What is left as a fraction of one: {@code 1/32}, {@code 1/4.2}, {@code all}. */
  static String share(double left) {
    if (Math.abs(left - 1) < 0.005) {
      return "all";
    }
    return Figures.text(1 / left < 9.95 ? "1/%.1f" : "1/%.0f", 1 / left);
  }

  private double x(double change) {
    return at.axis().left() + (change - LOWEST) / (HIGHEST - LOWEST) * at.axis().width();
  }

  private void text(double x, double y, String anchor, String style, String words) {
    element(
        "<text x='%.1f' y='%.1f' text-anchor='%s' class='%s'>%s</text>",
        x, y, anchor, style, SvgPage.escaped(words));
  }

  private void element(String format, Object... values) {
    svg.append(Figures.text(format, values)).append('\n');
  }

  /** With a minus as long as the plus. */
  private static String signed(String format, double number) {
    return Figures.text(format, number).replace('-', '\u2212');
  }

  private String written(int height) {
    return Figures.text(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
        <title>%s</title>
        <style>
        %s</style>
        <rect class="page" width="%d" height="%d" rx="8"/>
        %s</svg>
        """,
        at.width(),
        height,
        at.width(),
        height,
        String.join(" ", at.title()),
        STYLE,
        at.width(),
        height,
        svg);
  }
}
