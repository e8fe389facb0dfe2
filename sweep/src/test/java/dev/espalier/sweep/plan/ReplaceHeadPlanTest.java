package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.ReplaceHead;
import dev.espalier.workers.stage.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans of sweeps in which networks are given other classifiers. */
class ReplaceHeadPlanTest {
  private static final DataFacts DATA =
      new DataFacts("mnist", "ab".repeat(32), 32, 32, 3, 10, 3000, 1000, 1000);

  private static Plan plan(String dataset, String steps) throws ConfigException {
    String config =
        """
        name: small
        dataset: %s
        model: {architecture: mobilenetv2, width: 0.35}
        baseline: {epochs: 2}
        pipelines:
          all: [%s]
        """
            .formatted(dataset, steps);
    return Plan.of(SpecFile.parse("x.yaml", config, List.of()), DATA);
  }

  private static <T extends Stage> List<T> stages(Plan plan, Class<T> kind) {
    return plan.stages().stream()
        .map(planned -> planned.stage())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  @Test
  void headStandsForAllLayersOfTheNewClassifier() throws ConfigException {
    Plan plan =
        plan(
            "{name: mnist}",
            "{replace-head: [none, {layers: [[], [dense 128 relu, dense 16 linear]], freeze: false}]},"
                + " {prune: {sparsity: 0.5, layers: head}}");
    assertEquals(
        List.of(
            new ReplaceHead(List.of(), 10, false, List.of()),
            new ReplaceHead(List.of("dense 128", "dense 16 linear"), 10, false, List.of())),
        stages(plan, ReplaceHead.class).stream()
            .map(each -> new ReplaceHead(each.layers(), each.classes(), each.freeze(), List.of()))
            .toList());
    assertEquals(
        List.of(
            List.of("classifier"),
            List.of("classifier.output"),
            List.of("classifier.dense1", "classifier.dense2", "classifier.output")),
        stages(plan, Prune.class).stream().map(prune -> prune.kernels().layers()).toList());
    assertEquals(
        List.of(
            "s0.5-flat-lhead-ft0",
            "head-none-freeze-off-s0.5-flat-lhead-ft0",
            "head-dense128-dense16linear-freeze-off-s0.5-flat-lhead-ft0"),
        plan.trials().stream()
            .map(trial -> trial.name().replace("mobilenetv2-w0.35-", "").replace("-seed1", ""))
            .toList());
    assertEquals("dense 128, dense 16 linear", plan.trials().get(2).parameters().get("head"));
    assertEquals("no", plan.trials().get(2).parameters().get("head_freeze"));
  }

  @Test
  void aSecondHeadTakesThePlaceOfTheFirst() throws ConfigException {
    Plan plan =
        plan(
            "{name: mnist}",
            "{replace-head: dense 8}, {fine-tune: 1}, {replace-head: {layers: []}},"
                + " {prune: {sparsity: 0.5, layers: head}}");
    assertEquals(
        List.of(List.of("classifier.output")),
        stages(plan, Prune.class).stream().map(prune -> prune.kernels().layers()).toList());
  }

  @Test
  void aNetworkWithoutAHeadToReplaceIsRefused() {
    String steps = "{drop-blocks: {blocks: block3}}, {replace-head: dense 8}, {drop-blocks: 20}";
    List<String> problems =
        assertThrows(ConfigException.class, () -> plan("{name: mnist}", steps)).problems();
    assertEquals(1, problems.size(), "the base keeps its blocks");
    assertTrue(problems.get(0).startsWith("pipelines.all[2].drop-blocks: count"), problems.get(0));
  }

  @Test
  void saysWhatBecomesOfTheImages() throws ConfigException {
    String line = "images: those of mnist as 32 x 32 pixels of 3 channels";
    String step = "{replace-head: dense 8}";
    assertTrue(
        PlanSummary.lines(plan("{name: mnist, size: 32, channels: 3}", step)).contains(line));
    assertTrue(PlanSummary.lines(plan("{name: mnist, channels: 3}", step)).contains(line));
    assertTrue(
        PlanSummary.lines(plan("{name: mnist}", step)).stream()
            .noneMatch(each -> each.startsWith("images")));
  }
}
