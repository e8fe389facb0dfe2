package dev.espalier.sweep.terminal;

/** A progress bar of one line. */
public final class Bar {
  private Bar() {}

  /**
   * {@code [#######>>-----------]}: done, running, left.
   *
   * @param width characters between the brackets
   */
  public static String of(int done, int running, int all, int width) {
    int full = all == 0 ? width : (int) ((long) width * done / all);
    int begun = all == 0 ? width : (int) Math.min(width, (long) width * (done + running) / all);
    return "[" + "#".repeat(full) + ">".repeat(begun - full) + "-".repeat(width - begun) + "]";
  }
}
