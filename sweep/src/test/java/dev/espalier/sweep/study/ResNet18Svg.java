package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.text;

import dev.espalier.sweep.pareto.Axis;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Plot;
import dev.espalier.sweep.pareto.SvgPage;
import dev.espalier.workers.facts.MetricUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Accuracy against the parameters that are left, a line for each way of pruning. */
final class ResNet18Svg {
  private static final int LEFT = 78;
  private static final int TOP = 104;
  private static final int HEIGHT = 380;
  private static final String TITLE =
      "ResNet18 of width 0.25 on CIFAR-10: single weights against filters";

  private final SvgPage page = new SvgPage();
  private final Plot plot;

  /**
   * A line.
   *
   * @param colour in {@link SvgPage#COLOURS}
   * @param tuned whether its networks are fine-tuned; the lines of others are dashed
   * @param points from the network that is not pruned on
   */
  record Line(String label, int colour, boolean tuned, List<Measured> points) {
    private String dashes() {
      return tuned ? "" : " stroke-dasharray='6 4'";
    }

    private String stroke() {
      return SvgPage.COLOURS.get(colour);
    }
  }

  /**
   * A network.
   *
   * @param parameters that are not zero
   */
  record Measured(double parameters, Interval accuracy) {}

  private ResNet18Svg(List<Line> lines) {
    double least =
        lines.stream()
            .flatMap(line -> line.points.stream())
            .mapToDouble(Measured::parameters)
            .min()
            .orElseThrow();
    double most = lines.get(0).points.get(0).parameters;
    Axis across =
        new Axis(
            "parameters that are not zero (logarithmic)",
            MetricUnit.COUNT,
            true,
            least * 0.85,
            most * 1.15);
    Axis upwards = new Axis("test accuracy", MetricUnit.FRACTION_OF_IMAGES, false, 0, 0.75);
    plot = new Plot(across, upwards, LEFT, SvgPage.WIDTH - 30, TOP, HEIGHT);
  }

  /** The whole file. */
  static String of(List<Line> lines) {
    ResNet18Svg svg = new ResNet18Svg(lines);
    svg.page.text(LEFT, 32, "start", "title", TITLE);
    svg.plot.draw(svg.page);
    for (int i = 0; i < lines.size(); i++) {
      svg.legend(lines.get(i), LEFT + i % 2 * 360, 56 + i / 2 * 22);
      svg.draw(lines.get(i));
    }
    return svg.page.written(TITLE, TOP + HEIGHT + 60);
  }

  private void legend(Line line, int x, int y) {
    page.element(
        "<path stroke='%s' stroke-width='2'%s d='M%d %d h28'/>",
        line.stroke(), line.dashes(), x, y);
    page.text(x + 36, y + 4.5, "start", "legend", line.label);
  }

  private void draw(Line line) {
    page.element(
        "<polyline fill='none' stroke='%s' stroke-width='2'%s points='%s'/>",
        line.stroke(),
        line.dashes(),
        line.points.stream()
            .map(p -> text("%.1f,%.1f", plot.x(p.parameters), plot.y(p.accuracy.mean())))
            .collect(Collectors.joining(" ")));
    for (Measured point : line.points) {
      double x = plot.x(point.parameters);
      Interval accuracy = point.accuracy;
      page.element(
          "<path stroke='%s' stroke-opacity='0.5' d='M%.1f %.1f V%.1f'/>",
          line.stroke(), x, plot.y(Math.max(0, accuracy.low())), plot.y(accuracy.high()));
      page.element(
          "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'><title>%s: %s</title></circle>",
          x,
          plot.y(accuracy.mean()),
          line.stroke(),
          SvgPage.escaped(line.label),
          Figures.fraction(accuracy));
    }
  }
}
