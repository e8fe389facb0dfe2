package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.DataFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Presets make steps mean what they mean in other tools. */
class SemanticsTest {
  private static final Path PAGE = Path.of("../docs/pruning.md");
  private static final Path PRESETS =
      Path.of("src/main/resources/dev/espalier/sweep/spec/semantics");
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  static List<String> words() {
    return Semantics.WORDS;
  }

  private static String config(String more) {
    return """
    name: x
    dataset: {name: shapes}
    model: {architecture: resnet18, width: 0.0625}
    baseline: {epochs: 1}
    pipelines:
      one:
        - prune: {sparsity: 0.5}
        - cluster: {centroids: 4}
    """
        + more;
  }

  private static List<String> texts(String config) throws ConfigException {
    return Plan.of(SpecFile.parse("x.yaml", config, List.of()), DATA).stages().stream()
        .map(stage -> stage.stage().canonical())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tfmot | prune 0.5 layerwise by magnitude, keep half even, ties kept",
        "torch | prune 0.5 layerwise by magnitude, half even, ties by index",
        "torch-pruning | prune filters 0.5 layerwise by l2, floor keep double, ties by index",
        "deep-compression | prune 0.5 layerwise by magnitude, half up, ties by index",
        "edgemark | prune 0.5 layerwise by magnitude, keep half even, ties kept"
      })
  void saysHowPruningRanksAndRounds(String word, String first) throws ConfigException {
    String prune = texts(config("semantics: " + word)).get(1);
    assertEquals(first, prune.lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"tfmot, init kmeans++ lloyd 0", "deep-compression, init linear lloyd 100"})
  void saysWhereCentroidsStart(String word, String last) throws ConfigException {
    String cluster = texts(config("semantics: " + word)).get(2);
    assertTrue(cluster.endsWith(last), cluster);
  }

  @ParameterizedTest
  @MethodSource("words")
  void givesWayToWhatTheConfigSays(String word) throws ConfigException {
    String own =
        """
        semantics: %s
        prune: {unit: weight, criterion: magnitude, scope: flat, rounding: half-up}
        cluster: {init: optimal, lloyd: 0}
        """
            .formatted(word);
    assertEquals(texts(config("")), texts(config(own)));
  }

  @ParameterizedTest
  @MethodSource("words")
  void isOnThePageAsItIsInItsFile(String word) throws IOException {
    List<String> sections =
        Files.readAllLines(PRESETS.resolve(word + ".yaml")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();
    String row = "| `" + word + "` | `" + String.join("`, `", sections) + "` |";
    assertTrue(Files.readAllLines(PAGE).contains(row), row);
  }

  @Test
  void isWrittenAsTheValuesThatItGives() throws ConfigException {
    SweepSpec spec = SpecFile.parse("x.yaml", config("semantics: tfmot"), List.of());
    String written = SpecFile.write(spec);
    assertTrue(written.contains("rounding: keep-half-even"), written);
    assertEquals(spec, SpecFile.parse("spec.yaml", written, List.of()));
  }
}
