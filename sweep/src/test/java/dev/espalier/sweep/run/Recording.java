package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what it is told, in order. */
public final class Recording implements SweepListener {
  final List<String> events = new ArrayList<>();
  final List<Outlook> outlooks = new ArrayList<>();
  final List<SweepSnapshot> ended = new ArrayList<>();
  Consumer<String> onEvent = event -> {};

  @Override
  public void planned(Outlook outlook) {
    outlooks.add(outlook);
    note("planned " + outlook.known().size() + " known " + outlook.toRun().size() + " to run");
  }

  @Override
  public void stageStarted(PlannedStage stage) {
    note("started " + stage.label());
  }

  @Override
  public void stageFinished(PlannedStage stage, StageResult result) {
    note((result instanceof StageResult.Done ? "done " : "failed ") + stage.label());
  }

  @Override
  public void trialFinished(TrialResult trial, List<StageResult> path) {
    note("trial " + trial.name() + (trial.completed() ? "" : " failed"));
  }

  @Override
  public void finished(Outcome outcome, SweepSnapshot finished) {
    ended.add(finished);
    note("finished " + outcome.ending());
  }

  List<String> of(String verb) {
    return events.stream()
        .filter(event -> event.startsWith(verb + " "))
        .map(event -> event.substring(verb.length() + 1))
        .toList();
  }

  private void note(String event) {
    events.add(event);
    onEvent.accept(event);
  }
}
