package dev.espalier.sweep.cli;

import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.RunDirectory;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes the front into the folder of the sweep when a run of it ends. */
record FrontFiles(RunDirectory directory) implements SweepListener {
  @Override
  public void planned(Outlook outlook) {}

  @Override
  public void stageStarted(PlannedStage stage) {}

  @Override
  public void stageFinished(PlannedStage stage, StageResult result) {}

  @Override
  public void trialFinished(TrialResult trial, List<StageResult> path) {}

  @Override
  public void finished(Outcome outcome) {
    try {
      Finished.read(directory).writeFront();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
