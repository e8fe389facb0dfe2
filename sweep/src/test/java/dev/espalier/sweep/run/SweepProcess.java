package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.nio.file.Path;

/** A sweep in a process of its own, to be killed. */
final class SweepProcess {
  private static final long MILLIS = 60;

  private SweepProcess() {}

  /**
   * Runs the usual small plan.
   *
   * @param args the folder; what goes wrong, a {@link HashRunner.Fault}, HALTS_AFTER_COMMIT or
   *     HALTS_AT; in which stage, or at which {@link Moment}, or {@code retry} to try failed stages
   *     again
   */
  public static void main(String[] args) throws Exception {
    RunDirectory directory = RunDirectory.create(Path.of(args[0]));
    if (args[1].equals("HALTS_AT")) {
      haltAt(Moment.parse(args[2]), directory);
    }
    boolean afterCommit = args[1].equals("HALTS_AFTER_COMMIT");
    HashRunner.Fault fault =
        afterCommit ? HashRunner.Fault.NONE : HashRunner.Fault.valueOf(args[1]);
    HashRunner runner =
        HashRunner.faultless(directory.store(), directory.root().resolve("notes"), MILLIS)
            .with(fault, args[2]);
    StageExecutor threads = new InProcessExecutor(2, runner);
    run(
        directory,
        afterCommit ? new HaltsAfter(threads, args[2]) : threads,
        args[2].equals("retry"),
        new Recording());
  }

  private static void haltAt(Moment moment, RunDirectory directory) throws IOException {
    HashRunner runner =
        HashRunner.faultless(directory.store(), directory.root().resolve("notes"), 0);
    Moment.Halt halt = new Moment.Halt(moment, runner);
    Recording recording = new Recording();
    recording.onEvent =
        event -> {
          if (event.startsWith("done ")) {
            halt.journaled();
          }
        };
    run(directory, new InProcessExecutor(2, halt::run), false, recording);
    throw new IllegalStateException(moment + " was not reached");
  }

  private static void run(
      RunDirectory directory, StageExecutor executor, boolean retry, Recording recording)
      throws IOException {
    new Sweep(
            SmallPlan.spec(),
            SmallPlan.usual(),
            directory,
            () -> executor,
            HashRunner.HERE,
            new Sweep.Options(retry, false, stage -> 1, null, null),
            recording)
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
