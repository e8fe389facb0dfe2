package dev.espalier.sweep.plan;

import static dev.espalier.sweep.plan.ControlledPlans.DATA;
import static dev.espalier.sweep.plan.ControlledPlans.START;
import static dev.espalier.sweep.plan.ControlledPlans.names;
import static dev.espalier.sweep.plan.ControlledPlans.plan;
import static dev.espalier.sweep.plan.ControlledPlans.widths;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.PlannedStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code controls: true} adds to plans. */
class ControlsTest {
  private static List<String> said(Plan plan) {
    return PlanSummary.lines(plan).stream().filter(line -> line.startsWith("controls")).toList();
  }

  @Test
  void eachSparsityScopeAndFineTuningIsPrunedAtRandomWithoutClustering() throws ConfigException {
    Plan plan =
        plan(
            "grid: {sparsity: [0, 0.5, 0.9], scope: [flat, layerwise], fine-tune-epochs: [0, 2],"
                + " centroids: [none, 16]}");
    assertEquals(
        List.of(
            "s0.5-flat-random-ft0",
            "s0.5-flat-random-ft2",
            "s0.5-layerwise-random-ft0",
            "s0.5-layerwise-random-ft2",
            "s0.9-flat-random-ft0",
            "s0.9-flat-random-ft2",
            "s0.9-layerwise-random-ft0",
            "s0.9-layerwise-random-ft2"),
        names(plan, Control.RANDOM));
    assertEquals(20, names(plan, null).size());
    Trial control = plan.trials().get(20);
    assertEquals("random", control.parameters().get("criterion"));
    assertTrue(
        plan.stage(control.path().get(1)).stage().canonical().contains("random"),
        plan.stage(control.path().get(1)).stage().canonical());
  }

  @Test
  void everyScheduleIsKeptAndSoIsWhatMendsTheNetwork() throws ConfigException {
    Plan plan =
        plan(
            """
            pipelines:
              gradual:
                - prune: {sparsity: 0.9, schedule: polynomial, from: 0.5, epochs: 3}
                - recalibrate: {images: 100}
                - cluster: 16
                - fine-tune: {epochs: 1}
              rounds:
                - prune: {sparsity: 0.75, schedule: iterative, rounds: 2, epochs: 1, unit: filter, criterion: l2}
              both:
                - prune: {sparsity: 0.5, unit: filter, criterion: activation, images: 10}
                - fine-tune: {epochs: 1}
                - prune: {sparsity: 0.8, scope: layerwise}
                - fine-tune: {epochs: 2}
            """);
    assertEquals(
        List.of(
            "s0.9-flat-poly3-random-from0.5-ft0-cal100",
            "f0.5-flat-random-ft1-f0.5-flat-random-ft1",
            "f0.5-flat-random-ft1-s0.8-layerwise-random-ft2"),
        names(plan, Control.RANDOM));
    assertEquals(
        List.of(List.of("gradual"), List.of("rounds"), List.of("both")),
        plan.trials().stream()
            .filter(trial -> trial.control() == Control.RANDOM)
            .map(Trial::pipelines)
            .toList());
  }

  @Test
  void whatTheSweepHasIsNotAddedAgain() throws ConfigException {
    String asked =
        """
        pipelines:
          one:
            - prune: {sparsity: [0.5, 0.8], criterion: [magnitude, random]}
            - fine-tune: {epochs: 1}
            - cluster: [none, 16]
        """;
    assertEquals(List.of(), names(plan(asked), Control.RANDOM));
    Plan fewer = plan(asked, "exclude={sparsity: 0.8, criterion: random}");
    assertEquals(List.of("s0.8-flat-random-ft1"), names(fewer, Control.RANDOM));
    assertEquals(
        List.of(),
        names(plan("pipelines: {one: [{cluster: [4, 8]}]}"), Control.RANDOM),
        "no prune");
    assertEquals(List.of(), said(plan("pipelines: {one: [{cluster: [4, 8]}]}")));
  }

  @Test
  void theSummarySaysWhatControlsAddAndHowManyEpochs() throws ConfigException {
    Plan plan = plan("grid: {sparsity: [0, 0.5, 0.8], fine-tune-epochs: [0, 1, 3]}");
    assertEquals(
        List.of(
            "controls: 8 trials (6 random pruning; 2 dense, narrower), adding 14 epochs of training, 8"
                + " of them for their own baselines"),
        said(plan));
    assertEquals("trials: 9 of 9 cells", PlanSummary.lines(plan).get(0));
    Plan without =
        plan("grid: {sparsity: [0, 0.5, 0.8], fine-tune-epochs: [0, 1, 3]}", "controls=false");
    assertEquals(14, plan.epochsShared() - without.epochsShared());
  }

  @Test
  void whatCannotBeControlledIsSaid(@TempDir Path folder) throws Exception {
    assertEquals(
        List.of(
            "controls: no random pruning for threshold, which sets no sparsity",
            "controls: none by width for threshold, which sets no sparsity"),
        said(plan("pipelines: {one: [{prune: {threshold: 0.01}}]}")));
    assertEquals(
        List.of(
            "controls: 1 trial (1 random pruning), adding 0 epochs of training, 0 of them for their own"
                + " baselines",
            "controls: none by width for resnet18 w=0.25: a network must have a group of filters that"
                + " can be pruned, found 14 groups: 2 are coupled with the image or the classes, 12"
                + " have a layer that is left alone, and 0 would change frozen parameters"),
        said(plan("pipelines: {one: [{prune: {sparsity: 0.5, unit: filter, layers: [head]}}]}")));
    Plan narrow = plan("grid: {sparsity: 0.99}", "model={architecture: mobilenetv2, width: 0.35}");
    assertEquals(1, widths(narrow).size());
    assertTrue(
        said(narrow).get(1).matches("controls: no width of mobilenetv2 has so few MACs as .*"),
        said(narrow).toString());
    Path own = Files.writeString(folder.resolve("own.zip"), "not opened by a plan");
    String from =
        """
        name: own
        dataset: {name: shapes}
        baseline: {from: %s}
        grid: {sparsity: 0.5}
        controls: true
        """
            .formatted(own);
    Plan plan = Plan.of(SpecFile.parse("x.yaml", from, List.of()), DATA);
    assertEquals(List.of(), widths(plan));
    assertEquals(1, names(plan, Control.RANDOM).size());
    assertTrue(
        said(plan).contains("controls: random pruning only; your own network has no widths"),
        said(plan).toString());
  }

  /** Extended by controls, a sweep keeps its trials, and stages are only added. */
  @Test
  void controlsAreAddedBehindAllElse() throws Exception {
    String grid = "grid: {sparsity: [0, 0.5], fine-tune-epochs: [0, 2], centroids: [none, 4]}";
    Plan before = plan(grid, "controls=false", "seeds=[1, 2]");
    Plan now = plan(grid, "seeds=[1, 2]");
    assertEquals(before.trials(), now.trials().subList(0, before.trials().size()));
    assertEquals(before.cells(), now.cells());
    Set<StageId> ids = now.stages().stream().map(PlannedStage::id).collect(Collectors.toSet());
    before.stages().forEach(stage -> assertEquals(stage.label(), now.stage(stage.id()).label()));
    assertEquals(now.stages().size(), ids.size());
    assertEquals(
        List.of(1L, 2L),
        now.trials().stream()
            .filter(trial -> trial.control() == Control.WIDTH)
            .map(trial -> trial.parameters().get("seed"))
            .toList());
    assertEquals(
        List.of(), json(before).stream().filter(line -> line.contains("control")).toList());
    List<String> told = json(now);
    assertEquals(json(before), told.subList(0, before.trials().size()));
    assertTrue(told.get(told.size() - 1).endsWith("\"control\":\"width\"}"), told.toString());
    assertTrue(told.get(before.trials().size()).endsWith("\"control\":\"random\"}"));
  }

  private static List<String> json(Plan plan) throws JsonProcessingException {
    List<String> lines = new ArrayList<>();
    for (PlanFile.TrialEntry trial : PlanFile.of(plan).trials()) {
      lines.add(new ObjectMapper().writeValueAsString(trial));
    }
    return lines;
  }

  @Test
  void aSpecWithoutTheKeyIsOneWithoutControls() throws ConfigException {
    SweepSpec without =
        SpecFile.parse(
            "x.yaml", START.replace("controls: true\n", "") + "grid: {sparsity: 0.5}", List.of());
    assertEquals(false, without.controls());
    assertNotEquals(without, SpecFile.parse("x.yaml", START + "grid: {sparsity: 0.5}", List.of()));
  }
}
