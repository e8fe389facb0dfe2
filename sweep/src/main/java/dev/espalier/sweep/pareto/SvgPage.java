package dev.espalier.sweep.pareto;

import java.util.List;
import java.util.Locale;

/**
 * A self-contained SVG file on a white card, readable on light and dark pages; colours after Okabe
 * and Ito, which colour-blind people can tell apart.
 */
public final class SvgPage {
  /** In pixels. */
  public static final int WIDTH = 860;

  public static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private final StringBuilder svg = new StringBuilder();

  /** Adds an element, formatted as {@link String#format} does without a locale. */
  public void element(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /**
   * Adds words.
   *
   * @param anchor which of their places is at {@code x}: start, middle or end
   * @param style their class
   */
  public void text(double x, double y, String anchor, String style, String words) {
    element(
        "<text x='%.1f' y='%.1f' text-anchor='%s' class='%s'>%s</text>",
        x, y, anchor, style, escaped(words));
  }

  /** The whole file. */
  public String written(String title, int height) {
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

  /** Words as the text of an element. */
  public static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
