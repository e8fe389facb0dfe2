package dev.espalier.sweep.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SweepWatchTest {
  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, validation: 64}
      model: {architecture: resnet18, width: 0.125}
      baseline: {epochs: 2, learning-rate: 0.02}
      grid:
        sparsity: [0.5]
        fine-tune-epochs: [1, 3]
      """;

  private final SweepSpec spec;
  private final Plan plan;
  private final PlannedStage train;
  private final PlannedStage prune;
  private final PlannedStage one;
  private final Map<StageId, StageResult> results = new LinkedHashMap<>();
  private final SweepWatch watch = new SweepWatch(() -> this.seconds * 1_000_000_000L);
  private long seconds;

  SweepWatchTest() throws Exception {
    spec = SpecFile.parse("tiny.yaml", CONFIG, List.of());
    plan = Plan.of(spec, new DataFacts("shapes", "d1", 32, 32, 3, 10, 1000, 64, 1000));
    train = plan.stages().get(0);
    prune = plan.stages().get(1);
    one = plan.stages().get(2);
  }

  @Test
  void whatRanBeforeHasNoTimeAndWhatStartsLaterHas() {
    assertEquals(
        """
        [>>>>>>>-----------------------] 0/4 stages, 0/5 epochs, 1 running
          runs  train resnet18 w=0.125 epoch 1-2
        no trial is finished yet
        """,
        look(train));
    seconds += 20;
    results.put(train.id(), done(train, 20));
    results.put(prune.id(), done(prune, 1));
    assertEquals(
        """
        [###############>>>>>>>--------] 2/4 stages, 2/5 epochs, 1 running, 30 s left
          runs  fine-tune resnet18 w=0.125 s=0.5 flat epoch 1, 0.0 s of about 10 s
        no trial is finished yet
        """,
        look(one));
    seconds += 4;
    assertEquals(
        """
        [###############>>>>>>>--------] 2/4 stages, 2/5 epochs, 1 running, 26 s left
          runs  fine-tune resnet18 w=0.125 s=0.5 flat epoch 1, 4.0 s of about 10 s
        no trial is finished yet
        """,
        look(one));
  }

  @Test
  void whatFailedIsShownOnceWithItsReason() {
    results.put(train.id(), done(train, 20));
    results.put(
        prune.id(),
        new StageResult.Failed(prune.id(), StageResult.Cause.ERROR, "no space is left", 1));
    assertEquals(
        """
        [##############################] 1/4 stages, 2/5 epochs, 0 running, 3 failed
          failed  prune resnet18 w=0.125 s=0.5 flat: no space is left
        no trial is finished yet
        """,
        look());
  }

  private String look(PlannedStage... atWork) {
    SweepSnapshot sweep =
        new SweepSnapshot(
            new RunDirectory(Path.of("tiny")), spec, PlanFile.of(plan), List.of(), results);
    Set<String> ids = new HashSet<>();
    for (PlannedStage stage : atWork) {
      ids.add(stage.id().hex());
    }
    StringBuilder text = new StringBuilder();
    LiveView.lines(watch.look(sweep, ids), new Terminal.Size(100, 24))
        .forEach(line -> text.append(line.text()).append('\n'));
    return text.toString();
  }

  private static StageResult done(PlannedStage stage, double seconds) {
    return new StageResult.Done(
        stage.id(),
        new Metrics(Map.of(Metrics.VAL_ACCURACY, 0.5)),
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        new Environment("test", "any", "0", "17"),
        seconds);
  }
}
