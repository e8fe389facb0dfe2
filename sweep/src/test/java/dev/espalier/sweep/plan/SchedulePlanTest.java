package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.facts.DataFacts;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans of configs that prune in several rounds. */
class SchedulePlanTest {
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  private static Plan plan(String steps) throws ConfigException {
    String start =
        """
        name: small
        dataset: {name: shapes}
        model: {architecture: resnet18, width: 0.0625}
        baseline: {epochs: 2}
        pipelines:
          one:
        """;
    return Plan.of(SpecFile.parse("x.yaml", start + steps.indent(4), List.of()), DATA);
  }

  private static List<String> trials(Plan plan) {
    return plan.trials().stream().map(trial -> trial.id() + " " + trial.name()).toList();
  }

  private static List<String> sparsities(String schedule) throws ConfigException {
    return plan("- prune: {" + schedule + ", schedule: iterative, epochs: 1}").stages().stream()
        .filter(stage -> stage.stage().word().equals("prune"))
        .map(stage -> String.valueOf(stage.stage().parameters().get("sparsity")))
        .toList();
  }

  @Test
  void iterativePruningIsItsRoundsWrittenOut() throws ConfigException {
    Plan iterative =
        plan(
            """
            - prune: {sparsity: 0.9, scope: layerwise, schedule: iterative, rounds: 3, epochs: 2}
            - cluster: {centroids: [none, 16]}
            """);
    Plan writtenOut =
        plan(
            """
            - prune: {sparsity: 0.535841, scope: layerwise}
            - fine-tune: {epochs: 2}
            - prune: {sparsity: 0.784557, scope: layerwise}
            - fine-tune: {epochs: 2}
            - prune: {sparsity: 0.9, scope: layerwise}
            - fine-tune: {epochs: 2}
            - cluster: {centroids: [none, 16]}
            """);
    assertEquals(trials(writtenOut), trials(iterative));
  }

  @Test
  void roundsAreSpacedGeometricallyOrLinearly() throws ConfigException {
    // 1 - 0.1^(1/3), 1 - 0.1^(2/3), and thirds of 0.8.
    assertEquals(List.of("0.535841", "0.784557", "0.9"), sparsities("sparsity: 0.9, rounds: 3"));
    assertEquals(
        List.of("0.266667", "0.533333", "0.8"),
        sparsities("sparsity: 0.8, rounds: 3, spacing: linear"));
    assertEquals(List.of("0.5"), sparsities("sparsity: 0.5, rounds: 1"));
  }

  @Test
  void constantPruningIsPruningAndThenFineTuning() throws ConfigException {
    assertEquals(
        trials(plan("- prune: {sparsity: 0.5}\n- fine-tune: {epochs: 3}")),
        trials(plan("- prune: {sparsity: 0.5, schedule: constant, epochs: 3}")));
  }

  @Test
  void roundsThatPruneNothingMoreAreRefused() {
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () ->
                plan(
                    "- prune: {sparsity: 0.000002, schedule: iterative, rounds: 5, epochs: 1,"
                        + " spacing: linear}"));
    assertEquals(
        "x.yaml:6: pipelines.one[0].prune: rounds: must be few enough that each prunes more in six"
            + " decimals, found 5",
        refused.problems().get(0));
  }

  @Test
  void weightsBelowAThresholdHaveASparsityThatNoParameterSays() throws ConfigException {
    Plan plan = plan("- prune: {threshold: [0.01, 0.1]}\n- cluster: [none, 4]");
    assertEquals(
        List.of(
            "resnet18-w0.0625-below0.01-ft0-seed1",
            "resnet18-w0.0625-below0.01-ft0-k4-seed1",
            "resnet18-w0.0625-below0.1-ft0-seed1",
            "resnet18-w0.0625-below0.1-ft0-k4-seed1"),
        plan.trials().stream().map(Trial::name).toList());
    assertNull(plan.trials().get(0).parameters().get("sparsity"));
  }
}
