package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A front as a picture: the first objective upwards, the last to the right. One self-contained SVG
 * file on a white card, readable on light and dark pages; colours after Okabe and Ito, which
 * colour-blind people can tell apart.
 */
public final class FrontSvg {
  private static final int WIDTH = 860;
  private static final int LEFT = 78;
  private static final int RIGHT = WIDTH - 24;
  private static final int PLOT_HEIGHT = 380;
  private static final int ROW = 22;
  private static final double CHARACTER = 7.0;
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private final Front front;
  private final String title;
  private final List<Point> dominated;
  private final List<Point> points;
  private final List<Point> shown;
  private final List<String> series;
  private final Axis across;
  private final Axis upwards;
  private final StringBuilder svg = new StringBuilder();
  private int top;

  private FrontSvg(Front front, String title) {
    this.front = front;
    this.title = title;
    this.dominated = visible(front.dominated());
    this.points = visible(front.points());
    this.shown = Stream.concat(dominated.stream(), points.stream()).toList();
    this.series = shown.stream().map(Point::series).distinct().sorted().toList();
    this.across = Axis.around(front.last(), values(front.last()));
    this.upwards = Axis.around(front.first(), heights());
  }

  /** The whole file. Points with a coordinate that the axes cannot show are left out. */
  public static String of(Front front, String title) {
    return new FrontSvg(front, title).draw();
  }

  private String draw() {
    text(LEFT, 32, "start", "title", title);
    top = 46 + legend(46) + 12;
    axes();
    Point knee = Knee.of(front);
    for (Point point : dominated) {
      circle(point, 3, "fill='%s' fill-opacity='0.4'".formatted(colour(point)));
    }
    line();
    for (Point point : points) {
      errorBar(point);
      circle(point, 5, "fill='%s' stroke='#fff'".formatted(colour(point)));
    }
    for (Point point : shown) {
      if (point.dense()) {
        square(x(point), y(point), colour(point));
      }
    }
    if (knee != null) {
      circle(knee, 10, "fill='none' stroke='#222' stroke-width='2'");
    }
    return page(top + PLOT_HEIGHT + 60);
  }

  private String page(int height) {
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
        <title>%s</title>
        <style>
          text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #333 }
          .title { font-size: 17px; font-weight: 600; fill: #111 }
          .grid { stroke: #e3e3e3 }
          .axis { stroke: #888 }
        </style>
        <rect width="%d" height="%d" rx="8" fill="#fff"/>
        %s</svg>
        """,
        WIDTH,
        height,
        WIDTH,
        height,
        escaped(title),
        WIDTH,
        height,
        svg);
  }

  /** Rows of symbol and word above the plot, where no point can be; returns their height. */
  private int legend(int from) {
    List<String> words = new ArrayList<>(series);
    words.add("dominated");
    if (shown.stream().anyMatch(Point::dense)) {
      words.add("dense baseline");
    }
    Point knee = Knee.of(front);
    if (knee != null) {
      words.add("knee: " + knee.name());
    }
    double x = LEFT;
    double y = from + 12;
    for (String word : words) {
      double width = 20 + word.length() * CHARACTER + 24;
      if (x > LEFT && x + width > RIGHT) {
        x = LEFT;
        y += ROW;
      }
      symbol(word, x + 7, y - 4.5);
      text(x + 20, y, "start", "legend", word);
      x += width;
    }
    return (int) y - from + 8;
  }

  private void symbol(String word, double x, double y) {
    if (series.contains(word)) {
      element("<circle cx='%.1f' cy='%.1f' r='5' fill='%s'/>", x, y, colour(word));
    } else if (word.equals("dominated")) {
      element("<circle cx='%.1f' cy='%.1f' r='3' fill='#777' fill-opacity='0.5'/>", x, y);
    } else if (word.equals("dense baseline")) {
      square(x, y, "#555");
    } else {
      element(
          "<circle cx='%.1f' cy='%.1f' r='7' fill='none' stroke='#222' stroke-width='2'/>", x, y);
    }
  }

  private void axes() {
    int bottom = top + PLOT_HEIGHT;
    for (double tick : across.ticks()) {
      double x = LEFT + across.place(tick) * (RIGHT - LEFT);
      element("<path class='grid' d='M%.1f %d V%d'/>", x, top, bottom);
      text(x, bottom + 19, "middle", "tick", across.text(tick));
    }
    for (double tick : upwards.ticks()) {
      double y = bottom - upwards.place(tick) * PLOT_HEIGHT;
      element("<path class='grid' d='M%d %.1f H%d'/>", LEFT, y, RIGHT);
      text(LEFT - 8, y + 4.5, "end", "tick", upwards.text(tick));
    }
    element("<path class='axis' fill='none' d='M%d %d V%d H%d'/>", LEFT, top, bottom, RIGHT);
    text((LEFT + RIGHT) / 2.0, bottom + 44, "middle", "label", across.label());
    element("<g transform='translate(22 %d) rotate(-90)'>", top + PLOT_HEIGHT / 2);
    text(0, 0, "middle", "label", upwards.label());
    element("</g>");
  }

  private void line() {
    List<String> corners =
        points.stream().map(p -> String.format(Locale.ROOT, "%.1f,%.1f", x(p), y(p))).toList();
    element(
        "<polyline fill='none' stroke='#555' stroke-width='1.5' points='%s'/>",
        String.join(" ", corners));
  }

  /** The 95 % interval of the first objective. */
  private void errorBar(Point point) {
    Interval interval = interval(point);
    if (Double.isFinite(interval.halfWidth())) {
      element(
          "<path stroke='%s' stroke-width='1.5' d='M%.1f %.1f V%.1f'/>",
          colour(point), x(point), y(interval.high()), y(interval.low()));
    }
  }

  /** Unknown on a logarithmic axis too, which cannot show a lower end of 0 or less. */
  private Interval interval(Point point) {
    Objective first = front.first();
    return Interval.of(point, first.logarithmic() ? "" : first.name());
  }

  private void circle(Point point, int radius, String style) {
    element(
        "<circle cx='%.1f' cy='%.1f' r='%d' %s><title>%s</title></circle>",
        x(point), y(point), radius, style, escaped(point.name()));
  }

  private void square(double x, double y, String colour) {
    element(
        "<rect x='%.1f' y='%.1f' width='14' height='14' fill='none' stroke='%s' stroke-width='2'/>",
        x - 7, y - 7, colour);
  }

  private void text(double x, double y, String anchor, String style, String words) {
    element(
        "<text x='%.1f' y='%.1f' text-anchor='%s' class='%s'>%s</text>",
        x, y, anchor, style, escaped(words));
  }

  private void element(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private double x(Point point) {
    return LEFT + across.place(front.last().value(point.metrics())) * (RIGHT - LEFT);
  }

  private double y(Point point) {
    return y(front.first().value(point.metrics()));
  }

  private double y(double value) {
    return top + (1 - upwards.place(value)) * PLOT_HEIGHT;
  }

  private String colour(Point point) {
    return colour(point.series());
  }

  private String colour(String name) {
    return COLOURS.get(series.indexOf(name) % COLOURS.size());
  }

  private List<Point> visible(List<Point> all) {
    return all.stream()
        .filter(p -> Axis.shows(front.first(), p) && Axis.shows(front.last(), p))
        .toList();
  }

  private List<Double> values(Objective objective) {
    return shown.stream().map(p -> objective.value(p.metrics())).toList();
  }

  /** What the upward axis must hold: all points, and the intervals of the front. */
  private List<Double> heights() {
    List<Double> heights = new ArrayList<>(values(front.first()));
    for (Point point : points) {
      Interval interval = interval(point);
      Stream.of(interval.low(), interval.high()).filter(Double::isFinite).forEach(heights::add);
    }
    return heights;
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
