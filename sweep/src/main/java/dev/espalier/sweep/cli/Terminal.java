package dev.espalier.sweep.cli;

/** Whether somebody watches: the launcher looks, since Java cannot tell from JDK 22 on. */
final class Terminal {
  private Terminal() {}

  static boolean attached() {
    return Boolean.getBoolean("espalier.terminal");
  }
}
