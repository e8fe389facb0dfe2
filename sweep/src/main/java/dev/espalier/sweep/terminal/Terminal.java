package dev.espalier.sweep.terminal;

import dev.espalier.sweep.pareto.TextLine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * Whether the output is a terminal; the launcher finds out, because Java cannot tell since JDK 22.
 */
public final class Terminal {
  private static final Size USUAL = new Size(80, 24);

  /** The widest that any table needs, whatever the terminal has. */
  private static final int TABLE_COLUMNS = 100;

  private static final int LEAST_TABLE_COLUMNS = 60;

  private Terminal() {}

  /**
   * The size of a terminal.
   *
   * @param columns characters of a line
   * @param rows lines of the screen
   */
  public record Size(int columns, int rows) {
    /** That of no terminal. */
    public static final Size NONE = new Size(0, 0);

    /** Whether there is a terminal. */
    boolean isTerminal() {
      return columns > 0;
    }
  }

  public static boolean attached() {
    return Boolean.getBoolean("espalier.terminal");
  }

  /** The size of the terminal when the process started; nothing where there is none. */
  public static Size size() {
    return attached()
        ? new Size(
            positive("espalier.columns", USUAL.columns()), positive("espalier.rows", USUAL.rows()))
        : Size.NONE;
  }

  /** Characters of a line of a table: those of the terminal, within bounds. */
  public static int tableColumns() {
    return attached()
        ? Math.min(TABLE_COLUMNS, Math.max(LEAST_TABLE_COLUMNS, size().columns()))
        : TABLE_COLUMNS;
  }

  /** The colours of what is printed here. */
  public static Paint paint() {
    return new Paint(attached() && wantsColours(System.getenv()));
  }

  /**
   * Prints lines in their colours.
   *
   * @param explain whether explanations are among them
   */
  public static void print(PrintWriter out, List<TextLine> lines, boolean explain) {
    Paint paint = paint();
    lines.stream()
        .filter(line -> explain || line.isUsual())
        .forEach(line -> out.println(paint.of(line)));
    out.flush();
  }

  /** Not where {@code NO_COLOR} is set (no-color.org), nor on a terminal that knows none. */
  static boolean wantsColours(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  private static int positive(String property, int usual) {
    Integer value = Integer.getInteger(property);
    return value == null || value <= 0 ? usual : value;
  }
}
