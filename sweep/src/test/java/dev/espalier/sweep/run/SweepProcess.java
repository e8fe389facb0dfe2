package dev.espalier.sweep.run;

import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageResult;
import java.nio.file.Path;

/** A sweep in a process of its own, to be killed. */
final class SweepProcess {
  private static final long MILLIS = 60;

  private SweepProcess() {}

  /**
   * Runs the usual small plan.
   *
   * @param args the folder; what goes wrong, a {@link HashRunner.Fault} or HALTS_AFTER_COMMIT; in
   *     which stage, or {@code retry} to try failed stages again
   */
  public static void main(String[] args) throws Exception {
    RunDirectory directory = RunDirectory.create(Path.of(args[0]));
    boolean afterCommit = args[1].equals("HALTS_AFTER_COMMIT");
    HashRunner.Fault fault =
        afterCommit ? HashRunner.Fault.NONE : HashRunner.Fault.valueOf(args[1]);
    HashRunner runner =
        HashRunner.faultless(directory.store(), directory.root().resolve("notes"), MILLIS)
            .with(fault, args[2]);
    StageExecutor threads = new InProcessExecutor(2, runner);
    var options = new Sweep.Options(args[2].equals("retry"), false, stage -> 1, null, null);
    new Sweep(
            SmallPlan.spec(),
            SmallPlan.usual(),
            directory,
            () -> afterCommit ? new HaltsAfter(threads, args[2]) : threads,
            HashRunner.HERE,
            options,
            new Recording())
        .run();
  }

  /** Dies when the stage has committed its result and nobody has heard of it. */
  private record HaltsAfter(StageExecutor executor, String label) implements StageExecutor {
    @Override
    public int slots() {
      return executor.slots();
    }

    @Override
    public StageResult run(PlannedStage stage, Runnable started) throws InterruptedException {
      StageResult result = executor.run(stage, started);
      if (stage.label().equals(label)) {
        Runtime.getRuntime().halt(137);
      }
      return result;
    }

    @Override
    public void close() {
      executor.close();
    }
  }
}
