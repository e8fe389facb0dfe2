package dev.espalier.sweep.study;

import java.util.List;

/**
 * Where things stand in a {@link MethodsSvg}, in pixels.
 *
 * @param rowHeight of a method
 * @param figures how far below the top of a row the line of its numbers is; its name stands in the
 *     first line
 * @param change where the number beside the axis ends
 * @param title in lines
 * @param notes in lines
 */
record MethodsLayout(
    int width,
    int margin,
    int rowHeight,
    int figures,
    Changes axis,
    int change,
    Columns columns,
    List<String> title,
    List<String> notes) {

  /** How far below the top of a row the name of its method stands. */
  static final int NAME = 16;

  /** The axis of the changes of accuracy. */
  record Changes(int left, int width, List<Double> ticks) {}

  /**
   * The columns of what is left.
   *
   * @param step from one to the next
   * @param bar the length of the dense network's
   */
  record Columns(int left, int step, int bar) {
    int left(int column) {
      return left + column * step;
    }
  }

  /** For pages of 800 pixels and more. */
  static final MethodsLayout WIDE =
      new MethodsLayout(
          860,
          24,
          28,
          NAME,
          new Changes(236, 160, List.of(-0.15, -0.1, -0.05, 0.0)),
          446,
          new Columns(484, 89, 85),
          List.of("What each way of compressing costs and gives"),
          List.of(
              "ResNet18 of width 0.25 on CIFAR-10, trained on 10,000 images with one seed. Lines through dots: what"
                  + " another 10,000 test",
              "images would change, at 95 %; hollow dots: no more than that. Pruned networks were fine-tuned for an"
                  + " epoch, gradually",
              "pruned ones for two; the narrower one was trained like the first. MACs: multiply-accumulates, those"
                  + " by zero among them."));

  /** For telephones: the figures of a method stand below its name. */
  static final MethodsLayout NARROW =
      new MethodsLayout(
          380,
          12,
          47,
          NAME + 19,
          new Changes(12, 84, List.of(-0.1, 0.0)),
          144,
          new Columns(156, 54, 50),
          List.of("What each way of compressing", "costs and gives"),
          List.of(
              "ResNet18 of width 0.25 on CIFAR-10, trained on",
              "10,000 images with one seed. Lines through dots: what",
              "another 10,000 test images would change, at 95 %;",
              "hollow dots: no more than that. Pruned networks were",
              "fine-tuned for an epoch, gradually pruned ones for two;",
              "the narrower one was trained like the first. MACs:",
              "multiply-accumulates, those by zero among them."));

  int right() {
    return width - margin;
  }
}
