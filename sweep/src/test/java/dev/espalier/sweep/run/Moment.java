package dev.espalier.sweep.run;

import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A moment of a run by what has happened, whatever the speed of the machine: so many stages are
 * committed, no more, and this has just happened.
 */
record Moment(int committed, Event event) {

  /** What happens last. */
  enum Event {
    /** The last of them has its result in the store, and nobody has heard of it. */
    COMMITTED,
    /** The last of them is in the journal. */
    JOURNALED,
    /** The next stage has begun. */
    BEGUN,
    /** The next stage has written its data and not its result. */
    HALF_WRITTEN
  }

  static Moment parse(String text) {
    int space = text.indexOf(' ');
    return new Moment(
        Integer.parseInt(text.substring(0, space)), Event.valueOf(text.substring(space + 1)));
  }

  /** The moments of a run of {@code stages} after which {@code committed} of them are. */
  static List<Moment> with(int committed, int stages) {
    List<Moment> moments = new ArrayList<>();
    for (Event event : Event.values()) {
      boolean ofTheLast = event == Event.COMMITTED || event == Event.JOURNALED;
      if (ofTheLast ? committed > 0 : committed < stages) {
        moments.add(new Moment(committed, event));
      }
    }
    return moments;
  }

  @Override
  public String toString() {
    return committed + " " + event;
  }

  /** Ends this process at a moment: it runs the stages and is told of what is in the journal. */
  static final class Halt {
    private final Moment moment;
    private final HashRunner runner;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger journaled = new AtomicInteger();
    private final CountDownLatch reached;

    Halt(Moment moment, HashRunner runner) {
      this.moment = moment;
      this.runner = runner;
      this.reached = new CountDownLatch(moment.committed() == 0 ? 0 : 1);
    }

    /** Runs a stage, or ends this process. */
    StageResult run(PlannedStage stage) throws InterruptedException {
      if (begun.incrementAndGet() > moment.committed()) {
        return next(stage);
      }
      StageResult result = runner.run(stage);
      if (done.incrementAndGet() == moment.committed() && moment.event() == Event.COMMITTED) {
        halt();
      }
      return result;
    }

    /** A stage that must not be committed: it waits for those before it, or for the end. */
    private StageResult next(PlannedStage stage) throws InterruptedException {
      reached.await();
      if (moment.event() == Event.BEGUN) {
        halt();
      }
      return runner.with(HashRunner.Fault.HALTS_BEFORE_COMMIT, stage.label()).run(stage);
    }

    /** Is told when a stage is in the journal. */
    void journaled() {
      if (journaled.incrementAndGet() == moment.committed()) {
        if (moment.event() == Event.JOURNALED) {
          halt();
        }
        reached.countDown();
      }
    }

    private static void halt() {
      Runtime.getRuntime().halt(137);
    }
  }
}
