package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.util.List;

/** Several listeners, called one after another. */
public record Listeners(List<SweepListener> all) implements SweepListener {
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void planned(Outlook outlook) {
    all.forEach(listener -> listener.planned(outlook));
  }

  @Override
  public void stageStarted(PlannedStage stage) {
    all.forEach(listener -> listener.stageStarted(stage));
  }

  @Override
  public void stageFinished(PlannedStage stage, StageResult result) {
    all.forEach(listener -> listener.stageFinished(stage, result));
  }

  @Override
  public void trialFinished(TrialResult trial, List<StageResult> path) {
    all.forEach(listener -> listener.trialFinished(trial, path));
  }

  @Override
  public void finished(Outcome outcome, SweepSnapshot finished) throws IOException {
    for (SweepListener listener : all) {
      listener.finished(outcome, finished);
    }
  }
}
