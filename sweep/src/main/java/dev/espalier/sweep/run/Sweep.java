package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.Environment;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The main flow: one sweep, carried out or resumed.
 *
 * <p>Resuming is the normal path. A run looks at what the journal and the checkpoints say is done,
 * runs the rest, and writes down each result before anybody hears of it; so the same command after
 * any end, {@code kill -9} included, repeats no finished stage.
 *
 * @param spec what was asked for
 * @param plan what is to be done for it
 * @param directory where everything lies
 * @param executors opens the place where stages run; asked only if there is something to run
 * @param here where stages will run, as far as this process knows; null if it does not
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
  static final String GOES_ON =
      ". Nothing that is finished is lost, and the same command goes on from here";

  /**
   * What a person may ask for.
   *
   * @param timing seconds of a stage by a short timing, for the estimate
   * @param maxTime after which no stage is started any more; null for no limit
   * @param stageLimit after which a stage has failed; null for no limit
   */
  public record Options(
      boolean retryFailed,
      boolean allowMixed,
      ToDoubleFunction<PlannedStage> timing,
      @Nullable Duration maxTime,
      @Nullable Duration stageLimit) {}

  /**
   * Carries the sweep out until nothing is left, the time is over, or this thread is interrupted.
   *
   * @throws RefusedException if it cannot be, and the user can mend that
   */
  public Outcome run() throws IOException {
    PlanFile planned = PlanFile.of(plan);
    try (RunLock lock = RunLock.take(directory);
        Journal journal = Journal.open(lock, planned)) {
      directory.refuseOtherThan(spec);
      Unchanged.require(directory, planned, journal.entries());
      Claim.of(spec, plan, directory).write(directory);
      Resume resume = Resume.of(plan, journal.stages(), directory.store(), options.retryFailed());
      // Before the estimate, which may train for a moment.
      Footprint.check(resume.toReach(plan), directory.storage());
      Estimate estimate = Estimate.of(plan, journal.stages(), options.timing());
      Mixing mixing = Mixing.of(resume, here, options.allowMixed());
      Inbox inbox = new Inbox();
      Results results = new Results(plan, journal, mixing, listener, inbox);
      Outcome.Ending ending = execute(planned, resume, estimate, results, inbox);

      lock.requireHeld();
      Outcome outcome = results.outcome(ending);
      listener.finished(outcome, Finished.of(directory, spec, planned, journal.entries()));
      return outcome;
    } catch (StorageException e) {
      throw new RefusedException(e.getMessage() + GOES_ON, e);
    }
  }

  private Outcome.Ending execute(
      PlanFile planned, Resume resume, Estimate estimate, Results results, Inbox inbox)
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
              estimate,
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

  /** Only now is known that the stages can run. */
  private void begin(PlanFile planned, Resume resume, Estimate estimate, Results results, int slots)
      throws IOException {
    directory.write(spec, planned);
    results.begin(resume, estimate, slots);
  }
}
