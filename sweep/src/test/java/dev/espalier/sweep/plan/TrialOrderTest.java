package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.PlannedStage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TrialOrderTest {
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  private static final String CONFIG =
      """
      name: order
      dataset: {name: shapes}
      model: {architecture: resnet18, width: 0.125}
      baseline: {epochs: 2}
      pipelines:
        one:
          - prune: {sparsity: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
          - fine-tune: {epochs: [0, 1, 2, 3, 4]}
        two:
          - cluster: [none, 8, 16]
      seeds: [7, 3]
      controls: true
      """;

  private static Plan plan() throws ConfigException {
    return Plan.of(SpecFile.parse("x.yaml", CONFIG, List.of()), DATA);
  }

  @Test
  void hasEveryTrialOnceControlsLastAndTheFirstSeedFirst() throws ConfigException {
    Plan plan = plan();
    List<Trial> order = TrialOrder.of(plan);
    assertEquals(new HashSet<>(plan.trials()), new HashSet<>(order));
    assertEquals(plan.trials().size(), order.size());
    int asked = (int) order.stream().filter(trial -> trial.control() == null).count();
    assertTrue(order.subList(0, asked).stream().allMatch(trial -> trial.control() == null));
    assertNotEquals(order.size(), asked);
    List<Object> seeds =
        order.subList(0, asked).stream().<Object>map(t -> t.parameters().get("seed")).toList();
    assertEquals(List.of(7L, 3L), seeds.stream().distinct().toList());
    assertEquals(asked / 2, seeds.lastIndexOf(7L) + 1);
  }

  /** Of pipeline one: 3 x 3 trials at ends and middles, then 5 x 5, and then all. */
  @Test
  void aCoarseGridIsWholeBeforeAFinerOneBegins() throws ConfigException {
    List<Trial> one =
        TrialOrder.of(plan()).stream()
            .filter(trial -> trial.pipelines().contains("one"))
            .limit(45)
            .toList();
    assertEquals(Set.of("0.1", "0.5", "0.9"), sparsities(one.subList(0, 9)));
    assertEquals(Set.of("0.1", "0.3", "0.5", "0.7", "0.9"), sparsities(one.subList(0, 25)));
    assertEquals(Set.of("0.1", "0.9"), sparsities(one.subList(0, 4)));
    assertEquals(9, sparsities(one).size());
  }

  private static Set<String> sparsities(List<Trial> trials) {
    return trials.stream()
        .map(trial -> String.valueOf(trial.parameters().get("sparsity")))
        .collect(Collectors.toSet());
  }

  @Test
  void aStageIsAsUrgentAsTheFirstTrialThatNeedsIt() throws ConfigException {
    Plan plan = plan();
    Map<StageId, Integer> ranks = TrialOrder.ofStages(plan);
    List<Trial> order = TrialOrder.of(plan);
    for (PlannedStage stage : plan.stages()) {
      int expected = Integer.MAX_VALUE;
      for (int i = 0; i < order.size(); i++) {
        if (needs(plan, order.get(i).id(), stage.id())) {
          expected = i;
          break;
        }
      }
      assertEquals(expected, ranks.get(stage.id()), stage.label());
    }
  }

  /** By brute force: whether a stage is the last one of a trial, or before it on any way. */
  private static boolean needs(Plan plan, StageId last, StageId stage) {
    if (last.equals(stage)) {
      return true;
    }
    PlannedStage at = plan.stage(last);
    return (at.parent() != null && needs(plan, at.parent(), stage))
        || (at.from() != null && needs(plan, at.from(), stage));
  }
}
