package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.report.RunOutputs;
import dev.espalier.sweep.run.Estimate;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.trackingserver.Store;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep of two trials whose process is told to stop while stages still run. */
class StoppedTrackingTest {
  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, validation: 64}
      model: {architecture: resnet18, width: 0.125}
      baseline: {epochs: 2, learning-rate: 0.02}
      grid:
        sparsity: [0.5]
        centroids: [none, 4]
      """;

  @TempDir Path folder = Path.of("");

  /** As a signal does it: from another thread, and long before the run comes to its end. */
  @Test
  void aStopIsInMlflowWhileStagesStillRun() throws Exception {
    SweepSpec spec = SpecFile.parse("tiny.yaml", CONFIG, List.of());
    Plan plan = Plan.of(spec, new DataFacts("shapes", "d1", 32, 32, 3, 10, 1000, 64, 1000));
    try (LiveTracking tracking =
        new LiveTracking(
            RunDirectory.create(folder), spec, null, new RunOutputs("test")::confidence)) {
      tracking.stop(); // Before anything is planned there is nothing to say.
      tracking.planned(
          new SweepListener.Outlook(
              plan,
              Map.of(),
              0,
              plan.stages(),
              Estimate.of(plan, Map.of(), stage -> 10),
              1,
              Map.of()));
      tracking.trialFinished(result(plan.trials().get(0)), List.of());
      long before = System.currentTimeMillis();
      Thread signal = new Thread(tracking::stop);
      signal.start();
      signal.join();
      while (!parent("r.status").equals("KILLED")) {
        Thread.sleep(10);
      }
      assertTrue(Long.parseLong(parent("r.end_time")) >= before);
      assertEquals("1", tag("trials.completed"));
      assertEquals("1", tag("trials.left"));
    }
  }

  private static TrialResult result(Trial trial) {
    return new TrialResult(
        trial.id().hex(),
        trial.name(),
        List.of(),
        List.of(),
        trial.parameters(),
        new Metrics(Map.of(Metrics.VAL_ACCURACY, 0.5)),
        trial.path(),
        null,
        9,
        1);
  }

  private String parent(String column) throws Exception {
    List<String> found =
        new Store(folder).rows("SELECT " + column + " FROM runs r WHERE r.name = 'tiny'");
    return found.isEmpty() ? "" : found.get(0);
  }

  private String tag(String key) throws Exception {
    return new Store(folder)
        .rows(
            "SELECT t.value FROM runs r JOIN tags t ON t.run_uuid = r.run_uuid AND t.key = '"
                + key
                + "' WHERE r.name = 'tiny'")
        .get(0);
  }
}
