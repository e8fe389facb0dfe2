package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.run.SmallPlan;
import dev.espalier.sweep.spec.RandomSpec;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run writes of any sweep is read back as it was. */
class WrittenPlanTest {
  private static final int SWEEPS = 100;

  @TempDir private Path folder = Path.of("");

  @Test
  void everyFileOfTheFolderIsReadAgain() throws IOException, ConfigException {
    RandomSpec random = new RandomSpec(2);
    for (int i = 0; i < SWEEPS; i++) {
      SweepSpec spec = SpecFile.parse("config.yaml", random.ofShapes(), List.of());
      Plan plan = Plan.of(spec, SmallPlan.DATA);
      RunDirectory directory = RunDirectory.create(folder.resolve("" + i));
      directory.write(spec);
      PlanFile.of(plan).write(directory);
      assertEquals(spec, directory.readSpec());
      assertEquals(PlanFile.of(plan), PlanFile.read(directory));
      assertEquals(List.of(), Unchanged.reasons(PlanFile.read(directory), PlanFile.of(plan)));
      assertEquals(Identity.of(directory), Identity.of(directory));
      Claim claim = Claim.of(spec, plan, directory);
      claim.write(directory);
      assertEquals(List.of(claim), Claim.all(directory.storage()));
      for (Trial trial : plan.trials()) {
        assertReadAgain(trial);
      }
    }
  }

  private static void assertReadAgain(Trial trial) {
    TrialResult result =
        new TrialResult(
            trial.id().hex(),
            trial.name(),
            List.of(),
            List.of(),
            trial.parameters(),
            Metrics.NONE,
            trial.path(),
            null,
            1,
            1);
    TrialResult again = TrialResult.read(result.write());
    assertEquals(result.write(), again.write());
    assertEquals(result.parameters().toString(), again.parameters().toString());
  }
}
