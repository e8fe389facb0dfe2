package dev.espalier.sweep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> WORDS = List.of("sparsity", "scope", "centroids", "at");

  @Test
  void countsEdits() {
    assertEquals(0, Nearest.distance("scope", "scope"));
    assertEquals(3, Nearest.distance("kitten", "sitting"));
    assertEquals(1, Nearest.distance("socpe", "scope"));
    assertEquals(5, Nearest.distance("", "scope"));
  }

  @Test
  void suggestsOnlyWhatIsNear() {
    assertEquals("; did you mean sparsity?", Nearest.hint("sparcety", WORDS));
    assertEquals("; did you mean at?", Nearest.hint("att", WORDS));
    assertEquals("", Nearest.hint("density", WORDS));
    assertEquals("", Nearest.hint("sparsity".repeat(100_000), WORDS));
    assertEquals("", Nearest.hint("sparsity", List.of()));
  }
}
