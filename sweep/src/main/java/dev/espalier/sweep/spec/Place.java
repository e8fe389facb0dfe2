package dev.espalier.sweep.spec;

/**
 * Where a value was written.
 *
 * @param text {@code configs/x.yaml:12} or {@code --set grid.sparsity}
 * @param order problems are listed by it: the line, overrides after the file
 */
record Place(String text, int order) {
  private static final int AFTER_THE_FILE = 1 << 24;

  static Place line(String file, int line) {
    return new Place(file + ":" + line, line);
  }

  static Place file(String file) {
    return new Place(file, 0);
  }

  static Place override(String path, int index) {
    return new Place("--set " + path, AFTER_THE_FILE + index);
  }
}
