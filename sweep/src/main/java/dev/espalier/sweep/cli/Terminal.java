package dev.espalier.sweep.cli;

/** Whether somebody watches: the launcher looks, since Java cannot tell from JDK 22 on. */
final class Terminal {
  private static final int USUAL_COLUMNS = 80;

  private Terminal() {}

  static boolean attached() {
    return Boolean.getBoolean("espalier.terminal");
  }

  /** Characters that fit into a line of the terminal; 0 where there is none. */
  static int columns() {
    if (!attached()) {
      return 0;
    }
    Integer columns = Integer.getInteger("espalier.columns");
    return columns == null || columns <= 0 ? USUAL_COLUMNS : columns;
  }
}
