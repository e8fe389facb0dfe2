package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Objectives;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A sweep in its folder, which a run may be writing at the same time: what goes on in it, and its
 * report. A look at the folder counts for a second, and no more than a tenth of the time goes into
 * looking at thousands of trials.
 */
final class WatchedSweep {
  private static final long FRESH_NANOS = 1_000_000_000L;

  private final RunDirectory directory;
  private final String program;
  private @Nullable SweepSnapshot latest;
  private long freshUntil;
  private String page = "";
  private String pageOf = "";

  /**
   * @param program what writes the report, with its version
   */
  WatchedSweep(RunDirectory directory, String program) {
    this.directory = directory;
    this.program = program;
  }

  /**
   * What goes on now, as JSON: {@code version}, another one for each trial that is over; {@code
   * complete}, whether the page of that version is the last; numbers of stages; labels of those
   * that a process is at work on.
   */
  synchronized String state() throws IOException {
    SweepSnapshot sweep = fresh();
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    state.put("version", version(sweep));
    state.put("complete", isComplete(sweep));
    state.put("done", sweep.stagesDone());
    state.put("failed", sweep.stagesFailed().size());
    state.put("stages", sweep.plan().stages().size());
    sweep.labels(sweep.stagesRunning()).forEach(state.putArray("running")::add);
    return state.toString();
  }

  /** The report: once all trials are over the one that {@code espalier report} writes. */
  synchronized String page() throws IOException {
    SweepSnapshot sweep = fresh();
    String version = version(sweep);
    if (!version.equals(pageOf)) {
      page =
          isComplete(sweep)
              ? Report.of(sweep, sweep.confidence(), program)
              : Report.live(sweep, sweep.confidence(), program, version);
      pageOf = version;
    }
    return page;
  }

  private SweepSnapshot fresh() throws IOException {
    SweepSnapshot known = latest;
    long start = System.nanoTime();
    if (known == null || start - freshUntil > 0) {
      known = SweepSnapshot.read(directory);
      latest = known;
      long now = System.nanoTime();
      freshUntil = now + Math.max(FRESH_NANOS, 9 * (now - start));
    }
    return known;
  }

  private static String version(SweepSnapshot sweep) {
    return "%d of %d trials%s"
        .formatted(
            sweep.trials().size(),
            sweep.plan().trials().size(),
            isComplete(sweep) ? ", complete" : "");
  }

  /** Whether every trial is over, and has what the objectives ask for, latency too. */
  private static boolean isComplete(SweepSnapshot sweep) {
    Objectives objectives = sweep.spec().objectives();
    return sweep.trials().size() == sweep.plan().trials().size()
        && (!objectives.needMeasuring(sweep.metrics()) || !sweep.front().points().isEmpty());
  }
}
