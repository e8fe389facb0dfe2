package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Objectives;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sweep in its folder, which a run may be writing at the same time: what goes on in it, and its
 * report. Both are as old as {@link #FRESH_NANOS} at most.
 */
final class WatchedSweep {
  /** How long a look at the folder counts. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  private final RunDirectory directory;
  private final String program;
  private @Nullable SweepSnapshot latest;
  private long readAt;
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
    int failed = sweep.stagesFailed().size();
    int left = sweep.stagesLeft().size();
    int stages = sweep.plan().stages().size();
    state.put("done", stages - left - failed).put("failed", failed).put("stages", stages);
    running(sweep).forEach(state.putArray("running")::add);
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
    if (known == null || System.nanoTime() - readAt > FRESH_NANOS) {
      known = SweepSnapshot.read(directory);
      latest = known;
      readAt = System.nanoTime();
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

  private static List<String> running(SweepSnapshot sweep) throws IOException {
    Set<String> running = sweep.stagesRunning();
    List<String> labels = new ArrayList<>();
    for (PlanFile.StageEntry stage : sweep.plan().stages()) {
      if (running.contains(stage.id())) {
        labels.add(stage.label());
      }
    }
    return labels;
  }
}
