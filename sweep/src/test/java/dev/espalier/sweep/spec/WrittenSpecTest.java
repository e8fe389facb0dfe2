package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Section;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is accepted can be read again. */
class WrittenSpecTest {
  private static final int CONFIGS = 2_000;

  @Test
  void everySpecIsReadAgainAsItWasWritten() throws ConfigException {
    RandomSpec random = new RandomSpec(4);
    for (int i = 0; i < CONFIGS; i++) {
      String config = random.next();
      SweepSpec spec = SpecFile.parse("config.yaml", config, List.of());
      String written = SpecFile.write(spec);
      SweepSpec again = SpecFile.parse("spec.yaml", written, List.of());
      assertEquals(spec, again, config + written);
      assertEquals(List.of(), SpecDifference.between(spec, again));
      assertEquals(written, SpecFile.write(again));
    }
    Set<String> missing = new TreeSet<>();
    for (Section section : RandomSpec.SECTIONS.all()) {
      section.keys().stream()
          .filter(key -> key.form() != Key.Form.MAP && key.form() != Key.Form.MAPS)
          .map(key -> section.title() + "." + key.name())
          .filter(key -> !random.drawn().contains(key))
          .filter(key -> !key.startsWith("include and exclude.baseline-"))
          .filter(key -> !key.matches("include and exclude.(" + RandomSpec.SCHEDULES + ")"))
          .forEach(missing::add);
    }
    // Drawn from the networks and baselines of the config, which must have them.
    missing.removeAll(List.of("include and exclude.architecture", "include and exclude.width"));
    // A grid, to which it adds, has no such steps.
    missing.removeIf(
        key -> key.matches("include and exclude\\.(recalibrate|quantize|drop-blocks|head).*"));
    assertEquals(Set.of(), missing, "keys that were never drawn");
  }

  @Test
  void aNumberOfManyZerosIsReadAgain() throws ConfigException {
    for (String sparsity : List.of("1e-50", "1e-99", "0." + "0".repeat(98) + "1", "0.1e-30")) {
      SweepSpec spec = SpecFile.parse("c.yaml", config(sparsity), List.of());
      String written = SpecFile.write(spec);
      assertEquals(spec, SpecFile.parse("spec.yaml", written, List.of()), written);
    }
    // As versions before wrote it.
    String plain = "0." + "0".repeat(49) + "1";
    assertEquals(
        SpecFile.parse("c.yaml", config("1e-50"), List.of()),
        SpecFile.parse("spec.yaml", config(plain), List.of()));
  }

  @Test
  void whatCouldNotBeReadAgainIsRefused() {
    for (String sparsity : List.of("0.01e-98", "0." + "12".repeat(51))) {
      ConfigException refused =
          assertThrows(
              ConfigException.class, () -> SpecFile.parse("c.yaml", config(sparsity), List.of()));
      assertTrue(
          refused
              .problems()
              .get(0)
              .startsWith(
                  "c.yaml:4: grid.sparsity: must have at most 100 digits, and be 0 or at least 1e-99, found "),
          refused.problems().toString());
    }
  }

  private static String config(String sparsity) {
    return """
    name: tiny
    dataset: {name: shapes}
    baseline: {epochs: 1}
    grid: {sparsity: %s}
    model: {architecture: resnet18}
    """
        .formatted(sparsity);
  }
}
