package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.run.SmallPlan;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short names of trials, which people note down and type a week later. */
class TrialNumbersTest {
  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, validation: 64}
      model: {architecture: resnet18, width: 0.125}
      baseline: {epochs: 2, learning-rate: 0.02}
      grid:
        sparsity: %s
        centroids: %s
      """;

  @TempDir Path folder;

  @Test
  void aNewSweepCountsInTheOrderOfItsPlan() throws Exception {
    PlanFile plan = plan("[0.5, 0.8]", "[none, 4]");
    assertEquals(List.of(1, 2, 3, 4), numbers(plan));
    assertEquals(plan, plan.after(plan));
    plan.write(RunDirectory.create(folder));
    assertFalse(Files.readString(folder.resolve(PlanFile.NAME)).contains("numbered"));
  }

  @Test
  void aLongerGridLeavesTheNumbersAndCountsOn() throws Exception {
    PlanFile before = plan("[0.5, 0.8]", "[none, 4]");
    PlanFile longer = plan("[0.3, 0.5, 0.8]", "[none, 4, 8]").after(before);
    assertEquals(List.of(5, 6, 7, 1, 2, 8, 3, 4, 9), numbers(longer));
    RunDirectory directory = RunDirectory.create(folder);
    longer.write(directory);
    PlanFile read = PlanFile.read(directory);
    assertEquals(longer, read);
    assertEquals(numbers(longer), numbers(read));
    assertEquals(longer, plan("[0.3, 0.5, 0.8]", "[none, 4, 8]").after(read));
  }

  @Test
  void aTrialThatComesBackHasItsNumberAgainAndNobodyElseGotIt() throws Exception {
    PlanFile all = plan("[0.5, 0.8]", "[none, 4]");
    PlanFile fewer = plan("[0.8]", "[none, 4]").after(all);
    assertEquals(List.of(3, 4), numbers(fewer));
    PlanFile other = plan("[0.8, 0.9]", "[none, 4]").after(fewer);
    assertEquals(List.of(3, 4, 5, 6), numbers(other));
    assertEquals(List.of(1, 2, 3, 4), numbers(plan("[0.5, 0.8]", "[none, 4]").after(other)));
  }

  @Test
  void aTrialIsFoundByItsNameAndByItsNumber() throws Exception {
    PlanFile plan = plan("[0.3, 0.5, 0.8]", "[none, 4, 8]").after(plan("[0.5, 0.8]", "[none, 4]"));
    Map<String, Integer> numbers = new TreeMap<>(plan.numbers());
    assertEquals(9, new HashSet<>(numbers.values()).size());
    for (PlanFile.TrialEntry trial : plan.trials()) {
      assertEquals(Optional.of(trial), plan.trial(trial.name()));
      assertEquals(Optional.of(trial), plan.trial(String.valueOf(numbers.get(trial.id()))));
    }
    for (String none : List.of("", "0", "10", "-1", "1.0", "null", "resnet18")) {
      assertEquals(Optional.empty(), plan.trial(none), none);
    }
  }

  @Test
  void labelsTellTheEpochsOfAStage() throws Exception {
    Plan plan =
        Plan.of(
            SpecFile.parse(
                "c.yaml",
                CONFIG.formatted("[0, 0.5]", "[none]")
                    + "  fine-tune-epochs: [0, 1, 3]\nseeds: [1, 2]\n",
                List.of()),
            SmallPlan.DATA);
    List<Integer> epochs =
        PlanFile.of(plan).stages().stream().map(PlanFile.StageEntry::epochs).toList();
    assertEquals(plan.stages().stream().map(plan::ownEpochs).toList(), epochs);
  }

  private static List<Integer> numbers(PlanFile plan) {
    return plan.trials().stream().map(trial -> plan.numbers().getOrDefault(trial.id(), 0)).toList();
  }

  private static PlanFile plan(String sparsity, String centroids) throws Exception {
    SweepSpec spec =
        SpecFile.parse("config.yaml", CONFIG.formatted(sparsity, centroids), List.of());
    return PlanFile.of(Plan.of(spec, SmallPlan.DATA));
  }
}
