package dev.espalier.sweep.pareto;

/**
 * Two axes on a page, and where values lie between them.
 *
 * @param left in pixels, as the others
 * @param top of the plot itself, without the words beside it
 */
public record Plot(Axis across, Axis upwards, int left, int right, int top, int height) {

  /** The place of a value on the axis across, in pixels. */
  public double x(double value) {
    return left + across.place(value) * (right - left);
  }

  /** The place of a value on the axis upwards, in pixels. */
  public double y(double value) {
    return top + (1 - upwards.place(value)) * height;
  }

  /** Draws both axes with their labels and ticks. */
  public void draw(SvgPage page) {
    int bottom = top + height;
    for (double tick : across.ticks()) {
      page.element("<path class='grid' d='M%.1f %d V%d'/>", x(tick), top, bottom);
      page.text(x(tick), bottom + 19, "middle", "tick", across.text(tick));
    }
    for (double tick : upwards.ticks()) {
      page.element("<path class='grid' d='M%d %.1f H%d'/>", left, y(tick), right);
      page.text(left - 8, y(tick) + 4.5, "end", "tick", upwards.text(tick));
    }
    page.element("<path class='axis' fill='none' d='M%d %d V%d H%d'/>", left, top, bottom, right);
    page.text((left + right) / 2.0, bottom + 44, "middle", "label", across.label());
    page.element("<g transform='translate(22 %d) rotate(-90)'>", top + height / 2);
    page.text(0, 0, "middle", "label", upwards.label());
    page.element("</g>");
  }
}
