package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A sweep at an address in a process of its own that prints each stage once it is told of it. */
final class TellingProcess implements SweepListener {
  private TellingProcess() {}

  /**
   * Runs or resumes it.
   *
   * @param args the address; sparsities, which make 21 stages each
   */
  public static void main(String[] args) throws Exception {
    List<String> sparsities = List.of(args).subList(1, args.length);
    RunDirectory directory = RunDirectory.at(args[0]);
    Path notes = Files.createTempFile("notes", "");
    notes.toFile().deleteOnExit();
    HashRunner runner = HashRunner.faultless(directory.store(), notes, 0);
    new Sweep(
            SmallPlan.spec(2, sparsities.toArray(new String[0])),
            SmallPlan.of(sparsities, List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
            directory,
            () -> new InProcessExecutor(16, runner),
            HashRunner.HERE,
            new Sweep.Options(false, false, stage -> 1, null, null),
            new TellingProcess())
        .run();
  }

  @Override
  public void planned(Outlook outlook) {
    System.out.println("to run " + outlook.toRun().size());
  }

  @Override
  public void stageFinished(PlannedStage stage, StageResult result) {
    System.out.println(stage.id());
  }

  @Override
  public void trialFinished(TrialResult trial, List<StageResult> path) {
    System.out.println("trial " + trial.trial());
  }
}
