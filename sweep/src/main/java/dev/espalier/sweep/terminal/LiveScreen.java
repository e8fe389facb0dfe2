package dev.espalier.sweep.terminal;

import dev.espalier.sweep.pareto.TextLine;
import java.io.PrintWriter;
import java.util.List;

/**
 * The lower end of a terminal, where lines are drawn over those before. Whenever a drawing is over
 * the terminal is as it was, so that nothing has to be put right after Ctrl-C or a kill.
 */
final class LiveScreen {
  private static final String CLEAR_THE_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  /** While lines are drawn those that are too long are cut, as after the window has shrunk. */
  private static final String NO_WRAP = "\033[?7l";

  private static final String WRAP = "\033[?7h";

  private final PrintWriter out;
  private final Paint paint;
  private int drawn;

  LiveScreen(PrintWriter out, Paint paint) {
    this.out = out;
    this.paint = paint;
  }

  /** Whether anything is drawn. */
  boolean isDrawn() {
    return drawn > 0;
  }

  /** Draws over what was drawn before, in one piece, so that nothing flickers. */
  void draw(List<TextLine> lines) {
    StringBuilder text = new StringBuilder(NO_WRAP).append(upToTheFirst());
    for (int i = 0; i < lines.size(); i++) {
      text.append(i == 0 ? "" : "\n").append(paint.of(lines.get(i))).append(CLEAR_THE_LINE);
    }
    out.print(text.append(CLEAR_BELOW).append(WRAP));
    out.flush();
    drawn = lines.size();
  }

  /** Removes what is drawn; what is printed next stands in its place. */
  void clear() {
    if (drawn > 0) {
      out.print(upToTheFirst() + CLEAR_BELOW);
      out.flush();
      drawn = 0;
    }
  }

  /** Leaves what is drawn as it is, and goes to the line below. */
  void leave() {
    if (drawn > 0) {
      out.println();
      out.flush();
      drawn = 0;
    }
  }

  private String upToTheFirst() {
    return drawn == 0 ? "" : drawn == 1 ? "\r" : "\r\033[%dA".formatted(drawn - 1);
  }
}
