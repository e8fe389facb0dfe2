package dev.espalier.sweep.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.pareto.TextLine;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void thereAreColoursUnlessSomebodyOrTheTerminalWantsNone() {
    assertTrue(Terminal.wantsColours(Map.of("TERM", "xterm-256color")));
    assertTrue(Terminal.wantsColours(Map.of("TERM", "xterm", "NO_COLOR", "")));
    assertFalse(Terminal.wantsColours(Map.of("TERM", "xterm", "NO_COLOR", "1")));
    assertFalse(Terminal.wantsColours(Map.of("TERM", "dumb")));
    assertFalse(Terminal.wantsColours(Map.of()));
  }

  @Test
  void withoutATerminalTextStaysAsItIs() {
    for (TextLine.Kind kind : TextLine.Kind.values()) {
      assertEquals("text", new Paint(false).of(new TextLine(kind, "text")));
    }
    assertFalse(Terminal.paint().on());
    assertEquals(Terminal.Size.NONE, Terminal.size());
    assertEquals(100, Terminal.tableColumns());
  }

  @Test
  void whateverIsPaintedEndsWithoutAColour() {
    Paint paint = new Paint(true);
    assertEquals("\033[31mfailed\033[0m", paint.failure("failed"));
    assertEquals("plain", paint.of(new TextLine(TextLine.Kind.PLAIN, "plain")));
    assertEquals("", paint.of(new TextLine(TextLine.Kind.NOTE, "")));
    for (TextLine.Kind kind : TextLine.Kind.values()) {
      String painted = paint.of(new TextLine(kind, "text"));
      assertTrue(painted.equals("text") || painted.endsWith("text\033[0m"), painted);
    }
  }
}
