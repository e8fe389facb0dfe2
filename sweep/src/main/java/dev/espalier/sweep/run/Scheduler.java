package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of stages. A stage becomes ready when its parents are done; ready stages start in a
 * {@link StageOrder}, as many at a time as there are slots.
 *
 * <p>A stage during which a process died is a suspect. It runs alone, so that a second death cannot
 * be caused by a neighbour.
 */
final class Scheduler {
  private static final long STOPPING_SECONDS = 10;

  /** Slots come and go without notice, so their number is polled at this interval. */
  private static final long SLOTS_MILLIS = 1_000;

  /** A listener, called on the thread that runs the scheduler. */
  interface Events {
    void started(PlannedStage stage);

    /**
     * Called with the result of the stage itself, not for the stages below a failed one. The
     * checkpoint is committed, so stages that start from it need not wait until the result is
     * written.
     */
    void finished(StageResult result);
  }

  private final Plan plan;
  private final StageExecutor executor;
  private final Events events;
  private final Set<StageId> suspects;
  private final Set<StageId> unfinished;
  private final Set<StageId> waiting;
  private final Set<StageId> running = new HashSet<>();
  private final Map<StageId, Set<PlannedStage>> waitingFor = new HashMap<>();
  private final Queue<PlannedStage> ready;
  private final Inbox inbox;
  private final ExecutorService threads = Executors.newCachedThreadPool(Scheduler::daemon);
  private final Time time;
  private final StageClock clock;
  private boolean interrupted;
  private boolean stopping;

  /**
   * Prepares the scheduler.
   *
   * @param order in which ready stages start, suspects first
   * @param inbox of the thread that is going to run it
   * @param stageLimit the longest that a stage may take; null for no limit
   */
  Scheduler(
      Plan plan,
      Resume resume,
      Comparator<PlannedStage> order,
      StageExecutor executor,
      Events events,
      Inbox inbox,
      @Nullable Duration stageLimit,
      Time time) {
    this.plan = plan;
    this.executor = executor;
    this.events = events;
    this.inbox = inbox;
    this.suspects = resume.suspects();
    this.unfinished = new HashSet<>(resume.toRun());
    this.waiting = new LinkedHashSet<>(resume.toRun());
    this.ready = new PriorityQueue<>(order);
    this.time = time;
    this.clock = new StageClock(stageLimit, time);
    for (StageId id : resume.toRun()) {
      PlannedStage stage = plan.stage(id);
      waitFor(stage.from(), stage);
      waitFor(stage.parent(), stage);
      makeReady(stage);
    }
  }

  private void waitFor(@Nullable StageId id, PlannedStage stage) {
    if (id != null && unfinished.contains(id)) {
      waitingFor.computeIfAbsent(id, before -> new LinkedHashSet<>()).add(stage);
    }
  }

  /** Makes a stage ready if all states from which it starts are reached. */
  private void makeReady(PlannedStage stage) {
    if (isReached(stage.from()) && isReached(stage.parent()) && waiting.remove(stage.id())) {
      ready.add(stage);
    }
  }

  /**
   * Runs until nothing is left. An interrupt of the calling thread stops the running stages and
   * returns, and so does an executor that is interrupted by another thread.
   *
   * @param maxTime after which no stage starts; null for no limit
   */
  Outcome.Ending run(@Nullable Duration maxTime) {
    long start = time.nanos();
    try {
      while (true) {
        boolean inTime = maxTime == null || time.nanos() - start < maxTime.toNanos();
        if (inTime) {
          startReadyStages();
        }
        if (running.isEmpty()) {
          boolean complete = waiting.isEmpty() && ready.isEmpty();
          return complete ? Outcome.Ending.COMPLETE : Outcome.Ending.OUT_OF_TIME;
        }
        inbox.runNext(SLOTS_MILLIS);
        if (interrupted) {
          return Outcome.Ending.INTERRUPTED;
        }
      }
    } catch (InterruptedException e) {
      return Outcome.Ending.INTERRUPTED;
    } finally {
      stop();
    }
  }

  private void startReadyStages() throws InterruptedException {
    while (!ready.isEmpty() && mayStart(ready.element())) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      PlannedStage stage = ready.remove();
      running.add(stage.id());
      events.started(stage);
      threads.execute(
          () -> {
            Optional<StageResult> result = clock.run(stage, executor);
            inbox.execute(() -> ended(result));
          });
    }
  }

  /** Handles a result; while stages are being stopped, only those that are done nevertheless. */
  private void ended(Optional<StageResult> result) {
    interrupted |= result.isEmpty();
    result.filter(ended -> !stopping || ended instanceof StageResult.Done).ifPresent(this::finish);
  }

  private boolean isReached(@Nullable StageId id) {
    return id == null || !unfinished.contains(id);
  }

  private boolean mayStart(PlannedStage stage) {
    boolean alone = suspects.contains(stage.id()) || running.stream().anyMatch(suspects::contains);
    return alone ? running.isEmpty() : running.size() < executor.slots();
  }

  /** A store that refuses checkpoints ends the run, because all other stages would run in vain. */
  private void finish(StageResult result) {
    if (result instanceof StageResult.Failed failed && failed.cause() == StageResult.Cause.STORE) {
      throw new RefusedException(failed.reason() + Sweep.GOES_ON);
    }
    running.remove(result.id());
    unfinished.remove(result.id());
    if (result instanceof StageResult.Failed) {
      plan.below(result.id()).forEach(below -> waiting.remove(below.id()));
    }
    waitingFor.getOrDefault(result.id(), Set.of()).forEach(this::makeReady);
    events.finished(result);
  }

  private void stop() {
    stopping = true;
    threads.shutdownNow();
    clock.close();
    try {
      var unused = threads.awaitTermination(STOPPING_SECONDS, TimeUnit.SECONDS);
      inbox.runAll();
    } catch (InterruptedException inAHurry) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "stage");
    thread.setDaemon(true);
    return thread;
  }
}
