package dev.espalier.sweep.sensitivity;

import dev.espalier.sweep.pareto.Axis;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.Plot;
import dev.espalier.sweep.pareto.SvgPage;
import dev.espalier.workers.facts.MetricUnit;
import dev.espalier.workers.facts.Metrics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;

/**
 * The sensitivity of layers as a picture: accuracy against the sparsity of the one pruned layer, a
 * line for each layer. The most sensitive ones are coloured and named at their ends, the others
 * grey, with their names to point at.
 */
public final class SensitivitySvg {
  private static final int LEFT = 78;

  /** Names stand to the right of it. */
  private static final int RIGHT = SvgPage.WIDTH - 200;

  private static final int TOP = 78;
  private static final int HEIGHT = 420;

  /** Between the names of two lines. */
  private static final double NAME_HEIGHT = 17;

  private final Sensitivity sensitivity;
  private final List<String> named;
  private final Plot plot;
  private final SvgPage page = new SvgPage();

  /**
   * Where a line ends.
   *
   * @param y in pixels
   */
  private record End(String layer, double y) {}

  private SensitivitySvg(Sensitivity sensitivity) {
    this.sensitivity = sensitivity;
    List<String> sensitive = sensitivity.mostSensitiveFirst();
    this.named = sensitive.subList(0, Math.min(SvgPage.COLOURS.size(), sensitive.size()));
    List<Double> accuracies = new ArrayList<>();
    sensitivity.layers().values().forEach(line -> accuracies.addAll(line.values()));
    if (!Double.isNaN(sensitivity.dense())) {
      accuracies.add(sensitivity.dense());
    }
    Axis across =
        new Axis("sparsity of the one pruned layer", MetricUnit.FRACTION_OF_WEIGHTS, false, 0, 1);
    Axis upwards = Axis.around(Objective.maximize(Metrics.VAL_ACCURACY), accuracies);
    this.plot = new Plot(across, upwards, LEFT, RIGHT, TOP, HEIGHT);
  }

  /** The whole file. */
  public static String of(Sensitivity sensitivity, String title) {
    return new SensitivitySvg(sensitivity).draw(title);
  }

  private String draw(String title) {
    page.text(LEFT, 32, "start", "title", title);
    plot.draw(page);
    dense();
    List<String> last = new ArrayList<>(sensitivity.layers().keySet());
    last.removeAll(named);
    last.forEach(layer -> line(layer, "#999", 1));
    // The most sensitive one above all others.
    for (int i = named.size() - 1; i >= 0; i--) {
      line(named.get(i), SvgPage.COLOURS.get(i), 2);
    }
    names();
    return page.written(title, TOP + HEIGHT + 60);
  }

  private void dense() {
    double dense = sensitivity.dense();
    boolean known = !Double.isNaN(dense);
    if (known) {
      page.element(
          "<path stroke='#222' stroke-width='1.5' stroke-dasharray='6 4' d='M%d %.1f H%d'/>",
          LEFT, plot.y(dense), RIGHT);
    }
    int grey = sensitivity.layers().size() - named.size();
    page.element("<path stroke='#222' stroke-width='1.5' stroke-dasharray='6 4' d='M78 54 h24'/>");
    String words = String.format(Locale.ROOT, "%.4f", dense);
    page.text(110, 58, "start", "legend", "dense network: " + (known ? words : "not known yet"));
    if (grey > 0) {
      page.element("<path stroke='#999' d='M330 54 h24'/>");
      page.text(362, 58, "start", "legend", grey + " less sensitive layers");
    }
  }

  /** From the dense network, where that is known, through each sparsity. */
  private void line(String layer, String colour, int width) {
    List<String> corners = new ArrayList<>();
    if (!Double.isNaN(sensitivity.dense())) {
      corners.add(corner(0, sensitivity.dense()));
    }
    accuracies(layer).forEach((s, accuracy) -> corners.add(corner(s.doubleValue(), accuracy)));
    page.element(
        "<polyline fill='none' stroke='%s' stroke-width='%d' points='%s'><title>%s</title></polyline>",
        colour, width, String.join(" ", corners), SvgPage.escaped(layer));
    accuracies(layer)
        .forEach(
            (s, accuracy) ->
                page.element(
                    "<circle cx='%.1f' cy='%.1f' r='%.1f' fill='%s'><title>%s at %s: %.4f</title></circle>",
                    plot.x(s.doubleValue()),
                    plot.y(accuracy),
                    width + 1.0,
                    colour,
                    SvgPage.escaped(layer),
                    s.toPlainString(),
                    accuracy));
  }

  private String corner(double sparsity, double accuracy) {
    return String.format(Locale.ROOT, "%.1f,%.1f", plot.x(sparsity), plot.y(accuracy));
  }

  /** Beside the plot, as near to the ends of their lines as they fit one under another. */
  private void names() {
    List<End> ends =
        named.stream()
            .map(layer -> new End(layer, plot.y(accuracies(layer).lastEntry().getValue())))
            .sorted(Comparator.comparingDouble(End::y))
            .toList();
    double lowest = TOP + HEIGHT - NAME_HEIGHT * (ends.size() - 1);
    double above = TOP - NAME_HEIGHT;
    for (int i = 0; i < ends.size(); i++) {
      End end = ends.get(i);
      double y = Math.max(above + NAME_HEIGHT, Math.min(end.y(), lowest + NAME_HEIGHT * i));
      String colour = SvgPage.COLOURS.get(named.indexOf(end.layer()));
      double from = plot.x(accuracies(end.layer()).lastKey().doubleValue());
      page.element(
          "<path fill='none' stroke='%s' stroke-opacity='0.5' d='M%.1f %.1f L%d %.1f'/>",
          colour, from, end.y(), RIGHT + 8, y);
      page.text(RIGHT + 12, y + 4.5, "start", "name", shortened(end.layer()));
      above = y;
    }
  }

  /** What fits beside the plot; the end of a name tells more than its beginning. */
  private static String shortened(String layer) {
    int most = 25;
    return layer.length() <= most ? layer : "\u2026" + layer.substring(layer.length() - most + 1);
  }

  private NavigableMap<BigDecimal, Double> accuracies(String layer) {
    return Objects.requireNonNull(sensitivity.layers().get(layer), layer);
  }
}
