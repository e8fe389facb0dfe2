package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.RandomSpec;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.PlannedStage;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Plans of configs with pipelines. */
class PipelinePlanTest {
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  private static final String START =
      """
      name: small
      dataset: {name: shapes}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 2}
      """;

  private static Plan plan(String rest, String... overrides) throws ConfigException {
    return Plan.of(SpecFile.parse("x.yaml", START + rest, List.of(overrides)), DATA);
  }

  private static List<String> names(Plan plan) {
    return plan.trials().stream()
        .map(trial -> trial.name().replace("resnet18-w0.0625-", "").replace("-seed1", ""))
        .toList();
  }

  private static List<String> labels(Plan plan) {
    return plan.stages().stream()
        .map(stage -> stage.label().replace("resnet18 w=0.0625 ", ""))
        .toList();
  }

  @Test
  void aGridIsShortForAPipeline() throws ConfigException {
    Plan grid =
        plan(
            "grid: {sparsity: [0, 0.5], scope: [flat, layerwise], fine-tune-epochs: [0, 1, 3],"
                + " centroids: [none, 16]}");
    Plan pipeline =
        plan(
            """
            pipelines:
              any-name:
                - prune: {sparsity: [0, 0.5], scope: [flat, layerwise]}
                - fine-tune: {epochs: [0, 1, 3]}
                - cluster: {centroids: [none, 16]}
            """);
    assertEquals(stages(grid), stages(pipeline));
    assertEquals(names(grid), names(pipeline));
    for (int i = 0; i < grid.trials().size(); i++) {
      Trial inGrid = grid.trials().get(i);
      Trial inPipeline = pipeline.trials().get(i);
      assertEquals(inGrid.parameters(), inPipeline.parameters());
      assertEquals(inGrid.path(), inPipeline.path());
      assertEquals(List.of(), inGrid.pipelines());
      assertEquals(List.of("any-name"), inPipeline.pipelines());
    }
  }

  private static List<String> stages(Plan plan) {
    return plan.stages().stream().map(stage -> stage.id() + " " + stage.label()).toList();
  }

  @Test
  void aStepThatStandsTwiceNumbersItsParameters() throws ConfigException {
    Plan plan =
        plan(
            """
            pipelines:
              gradual:
                - prune: {sparsity: 0.5}
                - fine-tune: {epochs: 1}
                - prune: {sparsity: 0.8, scope: layerwise}
                - fine-tune: {epochs: 2}
            """);
    assertEquals(List.of("s0.5-flat-ft1-s0.8-layerwise-ft2"), names(plan));
    Map<String, Object> parameters = new TreeMap<>(plan.trials().get(0).parameters());
    assertEquals(new BigDecimal("0.5"), parameters.get("sparsity"));
    assertEquals(new BigDecimal("0.8"), parameters.get("sparsity.2"));
    assertEquals("layerwise", parameters.get("scope.2"));
    assertEquals(2, parameters.get("fine_tune_epochs.2"));
    assertEquals(
        List.of(
            "train epoch 1-2",
            "prune s=0.5 flat",
            "fine-tune s=0.5 flat epoch 1",
            "prune s=0.5 flat ft=1 s=0.8 layerwise",
            "fine-tune s=0.5 flat ft=1 s=0.8 layerwise epoch 1-2"),
        labels(plan).stream().map(label -> label.replace("resnet18 w=0.0625", "")).toList());
  }

  @Test
  void equalStatesRunOnceAndListThePipelinesThatReachThem() throws ConfigException {
    Plan plan =
        plan(
            """
            pipelines:
              one:
                - prune: {sparsity: [0.5, 0.8]}
                - fine-tune: {epochs: [0, 2]}
              two:
                - prune: {sparsity: 0.5}
                - fine-tune: {epochs: [1, 2], learning-rate: 0.005}
                - cluster: [none, 8]
            """);
    Map<String, List<String>> reached =
        plan.trials().stream()
            .collect(
                Collectors.toMap(
                    trial -> trial.name().replaceAll("resnet18-w0.0625-|-seed1", ""),
                    Trial::pipelines));
    assertEquals(List.of("one", "two"), reached.get("s0.5-flat-ft2"));
    assertEquals(List.of("one"), reached.get("s0.8-flat-ft2"));
    assertEquals(List.of("two"), reached.get("s0.5-flat-ft1-k8"));
    assertEquals(4 + 4 - 1, plan.trials().size());
    assertEquals(8, plan.cells());
    // The second epoch continues from the first, whichever pipeline asked for it.
    assertEquals(4, plan.epochsShared() - 2);
    List<PipelineCounts> counts = PipelineCounts.of(plan);
    assertEquals(List.of("one", "two"), counts.stream().map(PipelineCounts::name).toList());
    assertEquals(List.of(5, 6), counts.stream().map(PipelineCounts::stages).toList());
    assertEquals(List.of(3, 3), counts.stream().map(PipelineCounts::shared).toList());
    assertEquals(
        List.of(
            new PipelineCounts.Depth("train", 1),
            new PipelineCounts.Depth("prune", 1),
            new PipelineCounts.Depth("fine-tune", 2),
            new PipelineCounts.Depth("cluster", 2)),
        counts.get(1).depths());
    assertTrue(
        PlanSummary.lines(plan)
            .contains(
                "pipeline two: 4 trials, 1 train > 1 prune > 2 fine-tune > 2 cluster; 3 of 6 stages"
                    + " are shared with other pipelines"),
        PlanSummary.lines(plan).toString());
  }

  @Test
  void centroidsMayStartElsewhereThanAtTheOptimum() throws ConfigException {
    Plan plan =
        plan(
            """
            cluster: {lloyd: 10, init: kmeans++}
            pipelines:
              starts:
                - cluster:
                    - {centroids: 16, init: optimal, lloyd: 0}
                    - {centroids: 16, init: [linear, kmeans++], lloyd: [0, 10]}
            """);
    List<String> names = names(plan);
    assertEquals(
        List.of(
            "s0-ft0-k16-optimal-lloyd0",
            "s0-ft0-k16-linear-lloyd0",
            "s0-ft0-k16-linear",
            "s0-ft0-k16-lloyd0",
            "s0-ft0-k16"),
        names);
    assertEquals("linear", plan.trials().get(1).parameters().get("cluster_init"));
    assertEquals(0, plan.trials().get(1).parameters().get("cluster_lloyd"));
    String optimal = plan.stages().get(1).stage().canonical();
    assertTrue(optimal.endsWith("false\nabove 4096 weights by cells of equal error"), optimal);
    String drawn = plan.stages().get(5).stage().canonical();
    assertTrue(drawn.endsWith("depthwise false\ninit kmeans++ lloyd 10"), drawn);
  }

  @Test
  void saysWhichLayersHaveFewerWeightsThanCentroids() throws ConfigException {
    Plan plan =
        plan(
            """
            pipelines:
              values:
                - prune: {sparsity: [0.5, 0.8], exclude-layers: [[], "head*"]}
                - cluster: {centroids: [16, 108, 109, 2048], init: [optimal, linear]}
            """);
    List<String> said =
        PlanSummary.lines(plan).stream().filter(line -> line.startsWith("cluster")).toList();
    assertEquals(
        List.of(
            "cluster k=108 of resnet18 w=0.0625: stage2.block1.shortcut (32 weights) has fewer weights"
                + " than centroids and keeps them all",
            "cluster k=109 of resnet18 w=0.0625: stem.conv (108 weights), stage2.block1.shortcut (32"
                + " weights) have fewer weights than centroids and keep them all",
            "cluster k=2048 of resnet18 w=0.0625: stem.conv (108 weights), stage1.block1.conv1 (144"
                + " weights), stage1.block1.conv2 (144 weights) and 11 more layers have fewer weights"
                + " than centroids and keep them all"),
        said);
  }

  @Test
  void everyOptionOfAStepMayBeAnAxisAndNamesTellWhatIsNotTheDefault() throws ConfigException {
    Plan plan =
        plan(
            """
            fine-tune: {learning-rate: 0.01}
            pipelines:
              rates:
                - prune: {sparsity: 0.5, exclude-layers: [[], "stem*", ["a?", b/c]]}
                - fine-tune:
                    epochs: 1
                    learning-rate: [0.01, 0.02, {schedule: cosine, initial: 0.05, warm-up: 1}]
                    augment: {flip: [true, false]}
            """);
    assertEquals(3 * 3 * 2, plan.trials().size());
    List<String> names = names(plan);
    assertTrue(names.contains("s0.5-flat-ft1"), names.toString());
    assertTrue(names.contains("s0.5-flat-ft1-flip-on"), names.toString());
    assertTrue(names.contains("s0.5-flat-xstem~-ft1-lr0.02"), names.toString());
    assertTrue(
        names.contains("s0.5-flat-xa!,b+c-ft1-lr0.05-cosine-warm1-flip-on"), names.toString());
    Trial steep =
        plan.trials().stream()
            .filter(trial -> trial.name().contains("s0.5-flat-ft1-lr0.02-seed1"))
            .findFirst()
            .orElseThrow();
    assertEquals(new BigDecimal("0.02"), steep.parameters().get("fine_tune_learning_rate"));
    assertFalse(steep.parameters().containsKey("fine_tune_flip"));
  }

  @Test
  void optionsOfTheBaselineAreAxesThatShareTheirEpochs() throws ConfigException {
    Plan plan =
        plan(
            "pipelines: {one: [{prune: {sparsity: 0.5}}]}",
            "baseline={epochs: [1, 3], learning-rate: [0.1, {schedule: cosine, initial: 0.1}],"
                + " weight-decay: 0.001}");
    assertEquals(
        List.of("e1-lr0.1-s0.5", "e1-lr0.1-cosine-s0.5", "e3-lr0.1-s0.5", "e3-lr0.1-cosine-s0.5"),
        names(plan).stream().map(name -> name.replace("-flat-ft0", "")).toList());
    assertEquals(3, plan.trials().get(2).parameters().get("baseline_epochs"));
    PlannedStage longer = plan.stage(plan.trials().get(2).path().get(0));
    assertEquals(List.of(plan.trials().get(0).path().get(0)), longer.earlier());
    assertEquals("train resnet18 w=0.0625 e3 lr0.1 epoch 2-3", longer.label());
    // The cosine depends on the last epoch, so its two trainings share nothing.
    assertEquals(3 + 1 + 3, plan.epochsShared());
  }

  @Test
  void noneLeavesAStepOutAndAnIncludedCellTakesOtherValues() throws ConfigException {
    String pipelines =
        """
        pipelines:
          one:
            - prune: [none, {sparsity: [0.5, 0.8]}]
            - fine-tune: {epochs: 1}
          two:
            - cluster: 4
        """;
    assertEquals(
        List.of("s0-ft1", "s0.5-flat-ft1", "s0.8-flat-ft1", "s0-ft0-k4"), names(plan(pipelines)));
    assertEquals(
        List.of("s0-ft1", "s0.5-flat-ft1", "s0-ft0-k4", "s0.9-flat-ft1", "s0-ft0-k8"),
        names(
            plan(
                pipelines,
                "exclude={sparsity: 0.8}",
                "include=[{sparsity: 0.9}, {centroids: 8}]")));
  }

  /** Whatever is drawn, names tell trials apart, and a stage starts from one that is planned. */
  @Test
  void namesAreUniqueAndStagesHaveTheirParents() throws ConfigException {
    RandomSpec random = new RandomSpec(3);
    for (int i = 0; i < 200; i++) {
      String config = random.ofShapes();
      Plan plan = Plan.of(SpecFile.parse("drawn.yaml", config, List.of()), DATA);
      Set<String> names = new HashSet<>();
      plan.trials().forEach(trial -> assertTrue(names.add(trial.name()), config + trial.name()));
      Set<StageId> before = new HashSet<>();
      for (PlannedStage stage : plan.stages()) {
        assertTrue(stage.parent() == null || before.contains(stage.parent()), config);
        assertTrue(before.add(stage.id()), config);
      }
      for (Trial trial : plan.trials()) {
        assertEquals(trial.id(), trial.path().get(trial.path().size() - 1));
        assertTrue(before.containsAll(trial.path()), config);
      }
    }
  }
}
