package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.results.Latencies;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.results.TrialLatency;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.util.List;

/**
 * The end of a run whose objectives ask for a latency: before the others hear of the end, the
 * networks that were not measured on this machine are, while the sweep is still locked. A run that
 * is stopped before all stages are over measures nothing.
 *
 * @param others listeners that see the sweep with its latencies
 */
public record MeasuredEnd(SweepListener others, LatencyPass pass) implements SweepListener {

  @Override
  public void planned(Outlook outlook) {
    others.planned(outlook);
  }

  @Override
  public void stageStarted(PlannedStage stage) {
    others.stageStarted(stage);
  }

  @Override
  public void stageFinished(PlannedStage stage, StageResult result) {
    others.stageFinished(stage, result);
  }

  @Override
  public void trialFinished(TrialResult trial, List<StageResult> path) {
    others.trialFinished(trial, path);
  }

  @Override
  public void finished(Outcome outcome, SweepSnapshot finished) throws IOException {
    if (!finished.spec().objectives().needMeasuring(finished.metrics())) {
      others.finished(outcome, finished);
      return;
    }
    if (outcome.ending() == Outcome.Ending.COMPLETE) {
      measure(finished);
    }
    others.finished(outcome, Latencies.beside(finished));
  }

  private void measure(SweepSnapshot finished) throws IOException {
    try (Latencies latencies = Latencies.within(finished.directory())) {
      List<TrialResult> open =
          finished.trials().stream()
              .filter(trial -> trial.completed() && !isMeasuredHere(latencies, trial))
              .toList();
      if (!open.isEmpty()) {
        var unused = pass.measure(finished, open, latencies);
      }
    } catch (ConfigException e) {
      throw new RefusedException(String.join("\n", e.problems()), e);
    }
  }

  private static boolean isMeasuredHere(Latencies latencies, TrialResult trial) {
    TrialLatency known = latencies.of(trial);
    return known != null && LatencyPass.isOfHere(known);
  }
}
