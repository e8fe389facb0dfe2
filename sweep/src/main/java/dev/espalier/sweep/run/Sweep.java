package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.Claim;
import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.RunLock;
import dev.espalier.sweep.journal.Unchanged;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The main flow: runs or resumes one sweep.
 *
 * <p>Resuming is the normal path. A run reads from the journal and the store which stages are done,
 * runs the others, and journals each result before anything else uses it. So the same command
 * repeats no finished stage, however the last run ended, even by {@code kill -9}.
 *
 * @param spec the sweep as configured
 * @param plan the stages and trials of the spec
 * @param directory the files of the sweep
 * @param executors opens the executor of stages; called only if there are stages to run
 * @param here the environment in which stages will run; null if this process does not know it
 */
public record Sweep(
    SweepSpec spec,
    Plan plan,
    RunDirectory directory,
    Supplier<StageExecutor> executors,
    @Nullable Environment here,
    Options options,
    SweepListener listener) {

  /** The end of a message about a store that failed in the middle of a run. */
  static final String GOES_ON = ". Finished work is kept, and the same command continues from here";

  /**
   * The options of a run.
   *
   * @param retryFailed whether failed stages run again
   * @param measure whether missing metrics are added to results whose checkpoint exists
   * @param allowMixed whether results of different engines or instruction sets may be mixed
   * @param frontFirst whether stages run in an order that makes the front useful early
   * @param timing seconds that a stage takes, from a short timing; for the estimate
   * @param maxTime the time after which no more stages start; null for no limit
   * @param stageLimit the time after which a running stage fails; null for no limit
   */
  public record Options(
      boolean retryFailed,
      boolean measure,
      boolean allowMixed,
      boolean frontFirst,
      ToDoubleFunction<PlannedStage> timing,
      @Nullable Duration maxTime,
      @Nullable Duration stageLimit) {

    /** The options of a run that adds no metrics to results and ends as early as possible. */
    public Options(
        boolean retryFailed,
        boolean allowMixed,
        ToDoubleFunction<PlannedStage> timing,
        @Nullable Duration maxTime,
        @Nullable Duration stageLimit) {
      this(retryFailed, false, allowMixed, false, timing, maxTime, stageLimit);
    }
  }

  /**
   * Runs until no stage is left, the time is over, or this thread is interrupted.
   *
   * @throws RefusedException if the sweep cannot run for a reason that the user can remove
   */
  public Outcome run() throws IOException {
    PlanFile fresh = PlanFile.of(plan);
    try (RunLock lock = Journal.lock(directory);
        Journal journal = Journal.open(lock, fresh)) {
      directory.refuseOtherThan(spec);
      Unchanged.require(directory, fresh, journal.entries());
      PlanFile planned = PlanFile.find(directory).map(fresh::after).orElse(fresh);
      Claim.of(spec, plan, directory).write(directory);
      Resume resume =
          Resume.of(
              plan, journal.stages(), directory.store(), options.retryFailed(), this::wantsMetrics);
      // Before the estimate, which may train for a moment.
      Footprint.check(resume.toReach(plan), directory.storage());
      Estimate estimate = Estimate.of(plan, journal.stages(), resume.measured(), options.timing());
      EnvironmentGuard mixing = EnvironmentGuard.of(resume, here, options.allowMixed());
      Inbox inbox = new Inbox();
      ResultRecorder results = new ResultRecorder(plan, journal, mixing, listener, inbox);
      Outcome.Ending ending = execute(planned, resume, estimate, results, inbox);

      lock.requireHeld();
      Outcome outcome = results.outcome(ending);
      listener.finished(outcome, SweepSnapshot.of(directory, spec, planned, journal.entries()));
      return outcome;
    } catch (StorageException e) {
      throw new RefusedException(e.getMessage() + GOES_ON, e);
    }
  }

  private boolean wantsMetrics(StageResult.Done done) {
    return options.measure() && !directory.methods().metrics().missing(done.metrics()).isEmpty();
  }

  private Outcome.Ending execute(
      PlanFile planned, Resume resume, Estimate estimate, ResultRecorder results, Inbox inbox)
      throws IOException {
    if (resume.toRun().isEmpty()) {
      begin(planned, resume, estimate, results, 1);
      return Outcome.Ending.COMPLETE;
    }
    try (StageExecutor executor = executors.get()) {
      begin(planned, resume, estimate, results, executor.slots());
      Scheduler scheduler =
          new Scheduler(
              plan,
              resume,
              StageOrder.of(plan, resume, estimate, options.frontFirst()),
              executor,
              results,
              inbox,
              options.stageLimit(),
              Time.ofMachine());
      Outcome.Ending ending = scheduler.run(options.maxTime());
      results.settle();
      return ending;
    }
  }

  /** Writes spec and plan, after all checks that the stages can run. */
  private void begin(
      PlanFile planned, Resume resume, Estimate estimate, ResultRecorder results, int slots)
      throws IOException {
    directory.write(spec);
    planned.write(directory);
    results.begin(resume, estimate, slots, planned.numbers());
  }
}
