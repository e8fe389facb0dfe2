package dev.espalier.sweep.cli;

/** A progress bar of one line. */
final class Bar {
  private static final int WIDTH = 30;

  private Bar() {}

  /** {@code [#######>>-----------]}: done, running, left. */
  static String of(int done, int running, int all) {
    int full = all == 0 ? WIDTH : WIDTH * done / all;
    int begun = all == 0 ? WIDTH : Math.min(WIDTH, WIDTH * (done + running) / all);
    return "[" + "#".repeat(full) + ">".repeat(begun - full) + "-".repeat(WIDTH - begun) + "]";
  }
}
