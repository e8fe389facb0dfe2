package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A front as a picture: the first objective upwards, the last to the right. One self-contained SVG
 * file.
 */
public final class FrontSvg {
  private static final int LEFT = 78;
  private static final int RIGHT = SvgPage.WIDTH - 24;
  private static final int PLOT_HEIGHT = 380;
  private static final int ROW = 22;
  private static final double CHARACTER = 7.0;
  private static final String CONTROL = "stroke='#777' stroke-width='1.3'";

  private final Front front;
  private final String title;
  private final List<Point> dominated;
  private final List<Point> points;
  private final List<Point> shown;
  private final List<Point> controls;
  private final List<String> series;
  private final SvgPage page = new SvgPage();
  private final Plot plot;

  private FrontSvg(Front front, String title) {
    this.front = front;
    this.title = title;
    this.dominated = visible(front.dominated());
    this.points = visible(front.points());
    this.shown = Stream.concat(dominated.stream(), points.stream()).toList();
    this.controls = visible(front.controls());
    this.series = shown.stream().map(Point::series).distinct().sorted().toList();
    page.text(LEFT, 32, "start", "title", title);
    this.plot =
        new Plot(
            Axis.around(front.last(), values(front.last())),
            Axis.around(front.first(), heights()),
            LEFT,
            RIGHT,
            46 + legend(46) + 12,
            PLOT_HEIGHT);
  }

  /** The whole file. Points with a coordinate that the axes cannot show are left out. */
  public static String of(Front front, String title) {
    return new FrontSvg(front, title).draw();
  }

  private String draw() {
    plot.draw(page);
    Point knee = Knee.of(front);
    for (Control kind : kinds()) {
      line(visible(front.of(kind).points()), CONTROL + " stroke-dasharray='3 4'");
    }
    for (Point point : controls) {
      page.element(
          "<path fill='none' %s d='%s'><title>%s</title></path>",
          CONTROL,
          outline(Objects.requireNonNull(point.control()), x(point), y(point)),
          SvgPage.escaped(point.name()));
    }
    for (Point point : dominated) {
      circle(point, 3, "fill='%s' fill-opacity='0.4'".formatted(colour(point)));
    }
    line(points, "stroke='#555' stroke-width='1.5'");
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
    return page.written(title, plot.top() + PLOT_HEIGHT + 60);
  }

  /** Rows of symbol and word above the plot, where no point can be; returns their height. */
  private int legend(int from) {
    List<String> words = new ArrayList<>(series);
    words.add("dominated");
    if (shown.stream().anyMatch(Point::dense)) {
      words.add("dense baseline");
    }
    kinds().forEach(kind -> words.add(word(kind)));
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
      page.text(x + 20, y, "start", "legend", word);
      x += width;
    }
    return (int) y - from + 8;
  }

  /** The kinds of the controls that are drawn. */
  private List<Control> kinds() {
    return Arrays.stream(Control.values())
        .filter(kind -> controls.stream().anyMatch(point -> point.control() == kind))
        .toList();
  }

  private static String word(Control kind) {
    return "control: " + kind.label();
  }

  /** The outline of the symbol of a kind of control: a triangle or a diamond. */
  private static String outline(Control kind, double x, double y) {
    return switch (kind) {
      case RANDOM -> format("M%.1f %.1f l5 9 h-10 z", x, y - 5);
      case WIDTH -> format("M%.1f %.1f l5.5 5.5 l-5.5 5.5 l-5.5 -5.5 z", x, y - 5.5);
    };
  }

  private static String format(String form, double x, double y) {
    return String.format(Locale.ROOT, form, x, y);
  }

  private void symbol(String word, double x, double y) {
    for (Control kind : kinds()) {
      if (word.equals(word(kind))) {
        page.element("<path fill='none' %s d='%s'/>", CONTROL, outline(kind, x, y));
        return;
      }
    }
    if (series.contains(word)) {
      page.element("<circle cx='%.1f' cy='%.1f' r='5' fill='%s'/>", x, y, colour(word));
    } else if (word.equals("dominated")) {
      page.element("<circle cx='%.1f' cy='%.1f' r='3' fill='#777' fill-opacity='0.5'/>", x, y);
    } else if (word.equals("dense baseline")) {
      square(x, y, "#555");
    } else {
      page.element(
          "<circle cx='%.1f' cy='%.1f' r='7' fill='none' stroke='#222' stroke-width='2'/>", x, y);
    }
  }

  private void line(List<Point> through, String style) {
    List<String> corners = through.stream().map(p -> format("%.1f,%.1f", x(p), y(p))).toList();
    page.element("<polyline fill='none' %s points='%s'/>", style, String.join(" ", corners));
  }

  /** The 95 % interval of the first objective. */
  private void errorBar(Point point) {
    Interval interval = interval(point);
    if (Double.isFinite(interval.halfWidth())) {
      page.element(
          "<path stroke='%s' stroke-width='1.5' d='M%.1f %.1f V%.1f'/>",
          colour(point), x(point), plot.y(interval.high()), plot.y(interval.low()));
    }
  }

  /** Unknown on a logarithmic axis too, which cannot show a lower end of 0 or less. */
  private Interval interval(Point point) {
    Objective first = front.first();
    return Interval.of(point, first.logarithmic() ? "" : first.name());
  }

  private void circle(Point point, int radius, String style) {
    page.element(
        "<circle cx='%.1f' cy='%.1f' r='%d' %s><title>%s</title></circle>",
        x(point), y(point), radius, style, SvgPage.escaped(point.name()));
  }

  private void square(double x, double y, String colour) {
    page.element(
        "<rect x='%.1f' y='%.1f' width='14' height='14' fill='none' stroke='%s' stroke-width='2'/>",
        x - 7, y - 7, colour);
  }

  private double x(Point point) {
    return plot.x(front.last().value(point.metrics()));
  }

  private double y(Point point) {
    return plot.y(front.first().value(point.metrics()));
  }

  private String colour(Point point) {
    return colour(point.series());
  }

  private String colour(String name) {
    return SvgPage.COLOURS.get(series.indexOf(name) % SvgPage.COLOURS.size());
  }

  private List<Point> visible(List<Point> all) {
    return all.stream()
        .filter(p -> Axis.shows(front.first(), p) && Axis.shows(front.last(), p))
        .toList();
  }

  private List<Double> values(Objective objective) {
    return Stream.concat(shown.stream(), controls.stream())
        .map(p -> objective.value(p.metrics()))
        .toList();
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
}
