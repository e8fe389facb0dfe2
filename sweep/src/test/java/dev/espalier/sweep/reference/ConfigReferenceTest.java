package dev.espalier.sweep.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.spec.Methods;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference of keys at a terminal. */
class ConfigReferenceTest {
  private static final ConfigReference REFERENCE = ConfigReference.of(Methods.STANDARD);

  @Test
  void saysOfAKeyWhatItsValueIsItsDefaultAndItsMeaning() {
    assertEquals(
        """
        prune.sparsity
          value:   a number in [0, 1), or a list of them
          default: none: a step must have it, or threshold
          fraction of prunable weights that become zero, or of filters that are removed; 0: not pruned""",
        text("prune.sparsity"));
    assertEquals(
        "  value:   one of constant, steps, cosine",
        REFERENCE.lines("baseline.learning-rate.schedule").get(1));
  }

  @Test
  void saysOfAMapAllItsKeys() {
    String quantize = text("quantize");
    assertTrue(quantize.startsWith("quantize\n"), quantize);
    for (String word : List.of("format", "images", "percentile", "docs/quantization.md")) {
      assertTrue(quantize.contains(word), word);
    }
    assertTrue(text("config").contains("\nobjectives\n"), text("config"));
  }

  /** A path that a message names can be asked for as it stands there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pipelines.one[1].prune.sparsity[2]",
        "prune.sparsity",
        "pipelines.a.prune.sparsity"
      })
  void takesPathsAsMessagesHaveThem(String path) {
    assertEquals(text("prune.sparsity"), text(path));
  }

  @Test
  void saysOfANameAllKeysThatHaveIt() {
    List<String> heads =
        REFERENCE.lines("epochs").stream().filter(line -> !line.startsWith(" ")).toList();
    assertEquals(List.of("baseline.epochs", "", "fine-tune.epochs", "", "prune.epochs"), heads);
    assertEquals("include.fine-tune-batch", REFERENCE.lines("fine-tune-batch").get(0));
  }

  @Test
  void everyKeyHasItsWordsAndNoLineIsLong() {
    assertTrue(REFERENCE.paths().size() > 150, "found " + REFERENCE.paths().size());
    for (String path : REFERENCE.paths()) {
      List<String> lines = REFERENCE.lines(path);
      assertFalse(lines.isEmpty(), path);
      lines.stream()
          .filter(line -> line.length() > 100 && line.strip().contains(" "))
          .forEach(line -> assertEquals("", line, path));
      lines.forEach(line -> assertFalse(line.contains("`") || line.contains("]("), line));
    }
  }

  @Test
  void knowsNoOtherWordsAndSaysWhichAreNear() {
    assertEquals(List.of(), REFERENCE.lines("sparcity"));
    assertEquals("; did you mean sparsity?", REFERENCE.hint("sparcity", List.of()));
    assertEquals("; did you mean prune.sparsity?", REFERENCE.hint("prune.sparcity", List.of()));
    assertEquals("; did you mean status?", REFERENCE.hint("statsu", List.of("status")));
    assertEquals("", REFERENCE.hint("entirely-other-thing", List.of()));
  }

  private static String text(String word) {
    return String.join("\n", REFERENCE.lines(word));
  }
}
