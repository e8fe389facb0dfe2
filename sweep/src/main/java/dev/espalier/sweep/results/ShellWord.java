package dev.espalier.sweep.results;

/** Words of commands that people paste into a shell. */
public final class ShellWord {
  private ShellWord() {}

  /** The word as a shell takes it for {@code text}: quoted where it has to be. */
  public static String of(String text) {
    return text.matches("[\\w./:@=+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
