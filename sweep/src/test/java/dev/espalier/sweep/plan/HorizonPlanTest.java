package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.prune.GradualSparsity;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.GradualPrune;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Reached;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Plans of trainings that depend on their last epoch, and share none. */
class HorizonPlanTest {
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  private static final String REWINDING =
      """
      name: small
      dataset: {name: shapes}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: [3, 4]}
      pipelines:
        one:
          - prune: {sparsity: 0.5}
          - fine-tune: {epochs: [1, 3], learning-rate: [0.01, rewind]}
      """;

  @Test
  void rewindingTakesTheScheduleOfTheTrialsOwnBaseline() throws ConfigException {
    Plan plan = plan(REWINDING);
    Map<String, String> rates = new TreeMap<>();
    for (PlannedStage planned : plan.stages()) {
      if (planned.stage() instanceof FineTune tune && tune.epoch() == 3) {
        String rate = tune.recipe().learningRate().canonical();
        rates.put(((Train) planned.root()).epochs() + " " + rate, planned.label());
      }
    }
    assertEquals(
        List.of(
            "3 constant 0.01 warm-up 0",
            "3 rewind of cosine 0.05 warm-up 0 horizon 3",
            "4 constant 0.01 warm-up 0",
            "4 rewind of cosine 0.05 warm-up 0 horizon 4"),
        List.copyOf(rates.keySet()));
    assertEquals(
        "fine-tune resnet18 w=0.0625 e4 s=0.5 flat lr-rewind epoch 1-3",
        rates.get("4 rewind of cosine 0.05 warm-up 0 horizon 4"));
    Trial last = plan.trials().get(plan.trials().size() - 1);
    assertEquals("resnet18-w0.0625-e4-s0.5-flat-ft3-lr-rewind-seed1", last.name());
    assertEquals("rewind", last.parameters().get("fine_tune_learning_rate"));
  }

  @Test
  void theSummarySaysWhatTheHorizonCosts() throws ConfigException {
    List<String> lines = PlanSummary.lines(plan(REWINDING));
    assertEquals(
        "fine-tuning: its learning rate depends on the last epoch, so that fine-tunings of different"
            + " length share no epochs, which costs 2 epochs; constant or steps would share them",
        lines.get(lines.size() - 1));
    String one = REWINDING.replace("epochs: [1, 3]", "epochs: 3");
    assertTrue(PlanSummary.lines(plan(one)).stream().noneMatch(line -> line.contains("costs")));
  }

  @Test
  void aGradualPruningIsAPruneStageOfSeveralEpochs() throws ConfigException {
    PlannedStage train = plan(REWINDING).stages().get(0);
    List<PlannedStage> stages = new ArrayList<>(List.of(train));
    for (int epochs : List.of(5, 2, 3)) {
      stages.add(after(train, gradual(epochs)));
    }
    TrialNames names = new TrialNames(true);
    List<Stage> path = List.of(train.stage(), gradual(4));
    assertEquals("resnet18-w0.0625-e3-s0.9-flat-poly4-ft0-seed1", names.name(path, 1));
    assertEquals(4, TrialNames.parameters(path, 1).get("prune_epochs"));
    assertEquals(
        "prune resnet18 w=0.0625 e3 s=0.9 flat poly=4 epoch 1-4",
        names.label(gradual(4), List.of(train.reached()), 1, 0));
    List<String> lines = PlanSummary.lines(new Plan(stages, List.of(), 0));
    assertEquals(
        "prune: depends on its last epoch, so that those of different length share no epochs,"
            + " which costs 5 epochs",
        lines.get(lines.size() - 1));
  }

  private static PlannedStage after(PlannedStage train, Stage stage) {
    return new PlannedStage(
        Reached.of(stage, train.setup(), train.reached()).id(),
        stage,
        train.setup(),
        List.of(train.reached()),
        List.of(),
        false,
        "any");
  }

  private static GradualPrune gradual(int epochs) {
    Recipe recipe =
        new Recipe(
            new Schedule.Constant(new BigDecimal("0.01"), 0),
            64,
            new BigDecimal("0.9"),
            new BigDecimal("0.0005"),
            false,
            0);
    GradualSparsity sparsity =
        new GradualSparsity(
            BigDecimal.ZERO,
            new BigDecimal("0.9"),
            new BigDecimal("3"),
            null,
            new BigDecimal("0.75"));
    return new GradualPrune(
        recipe,
        epochs,
        sparsity,
        WeightPruning.byMagnitude(Scope.FLAT),
        KernelSelection.standard(),
        CentroidGradient.SUM,
        List.of());
  }

  private static Plan plan(String config) throws ConfigException {
    return Plan.of(SpecFile.parse("x.yaml", config, List.of()), DATA);
  }
}
