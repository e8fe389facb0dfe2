package dev.espalier.sweep.terminal;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.Points;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.Progress;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The view of a sweep while it runs: on a terminal a {@link LiveView} that is drawn again every
 * second, elsewhere one line for each stage that ends.
 */
public final class ProgressView implements SweepListener, AutoCloseable {
  private final PrintWriter out;
  private final Terminal.Size size;
  private final LiveScreen screen;
  private final SweepSpec spec;
  private final LongSupplier nanoTime;
  private final Map<StageId, StageResult> results = new HashMap<>();
  private final Map<StageId, Long> started = new LinkedHashMap<>();
  private final List<TrialResult> trials = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "espalier-progress");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Outlook outlook;
  private long drawnUntil;
  private long drawing;
  private double secondsLeft = Double.NaN;
  private long estimatedUntil;
  private long estimating;

  /**
   * A view of one run.
   *
   * @param size of the terminal
   * @param nanoTime as System.nanoTime
   */
  public ProgressView(
      PrintWriter out, Terminal.Size size, Paint paint, SweepSpec spec, LongSupplier nanoTime) {
    this.out = out;
    this.size = size;
    this.screen = new LiveScreen(out, paint);
    this.spec = spec;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void planned(Outlook planned) {
    outlook = planned;
    results.putAll(planned.known());
    planned.plan().stages().forEach(this::noteFailure);
    int left = planned.toRun().size();
    Progress progress = progress(planned);
    if (left == 0) {
      out.println("Nothing to run: every stage is done" + taken(planned) + ".");
      return;
    }
    int before = progress.done() - planned.taken();
    String done = (before == 0 ? "" : ", %d done before".formatted(before)) + taken(planned);
    out.printf(
        "%d stages to run%s, %d at a time; about %s, estimated %s.%n",
        left,
        done,
        planned.slots(),
        Formats.duration(progress.secondsLeft()),
        planned.estimate().source());
    out.flush();
    if (size.isTerminal()) {
      var unused = clock.scheduleAtFixedRate(this::redraw, 1, 1, TimeUnit.SECONDS);
    }
  }

  private static String taken(Outlook planned) {
    return planned.taken() == 0 ? "" : ", %d taken from the store".formatted(planned.taken());
  }

  @Override
  public synchronized void stageStarted(PlannedStage stage) {
    started.put(stage.id(), nanoTime.getAsLong());
    redraw();
  }

  @Override
  public synchronized void stageFinished(PlannedStage stage, StageResult result) {
    boolean ran = started.remove(stage.id()) != null;
    results.put(stage.id(), result);
    if (!ran) { // It is below one that failed, of which was told.
      redraw();
      return;
    }
    noteFailure(stage);
    if (size.isTerminal() || outlook == null) {
      redraw();
    } else if (result instanceof StageResult.Failed failed) {
      say("failed: " + stage.label() + ": " + failed.reason());
    } else {
      out.printf(
          "[%d/%d] %s, %s; %s left%n",
          results.size(),
          outlook.plan().stages().size(),
          stage.label(),
          Formats.duration(result.seconds()),
          Formats.duration(secondsLeft(outlook)));
      out.flush();
    }
  }

  /** Notes why a stage has failed, where that is its own failure. */
  private void noteFailure(PlannedStage stage) {
    StageId parent = stage.parent();
    boolean below = parent != null && results.get(parent) instanceof StageResult.Failed;
    if (results.get(stage.id()) instanceof StageResult.Failed failed && !below) {
      failures.add(stage.label() + ": " + failed.reason());
    }
  }

  /** As of a moment ago: looking through all stages takes no more than a tenth of the time. */
  private double secondsLeft(Outlook planned) {
    long now = nanoTime.getAsLong();
    if (Double.isNaN(secondsLeft) || now - estimatedUntil >= 9 * estimating) {
      secondsLeft = progress(planned).secondsLeft();
      estimatedUntil = nanoTime.getAsLong();
      estimating = estimatedUntil - now;
    }
    return secondsLeft;
  }

  @Override
  public synchronized void trialFinished(TrialResult trial, List<StageResult> path) {
    trials.add(trial);
    path.forEach(result -> results.putIfAbsent(result.id(), result));
  }

  @Override
  public synchronized void finished(Outcome outcome, SweepSnapshot finished) {
    screen.clear();
    close();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** Prints a line above the view. */
  public synchronized void say(String line) {
    screen.clear();
    out.println(line);
    out.flush();
    redraw();
  }

  /**
   * To find the front of thousands of trials takes a while, so no more than a tenth of the time is
   * spent on it.
   */
  private synchronized void redraw() {
    long now = nanoTime.getAsLong();
    boolean tooSoon = screen.isDrawn() && now - drawnUntil < 9 * drawing;
    if (size.isTerminal() && outlook != null && !clock.isShutdown() && !tooSoon) {
      screen.draw(LiveView.lines(state(outlook), size));
      drawnUntil = nanoTime.getAsLong();
      drawing = drawnUntil - now;
    }
  }

  private LiveState state(Outlook planned) {
    Plan plan = planned.plan();
    int epochsDone =
        plan.stages().stream()
            .filter(stage -> results.get(stage.id()) instanceof StageResult.Done)
            .mapToInt(plan::ownEpochs)
            .sum();
    List<LiveState.Running> running = new ArrayList<>();
    Map<StageId, Double> seconds = seconds();
    seconds.forEach(
        (id, past) -> {
          PlannedStage stage = plan.stage(id);
          running.add(new LiveState.Running(stage.label(), past, planned.estimate().of(stage)));
        });
    Front front =
        Points.front(
            trials,
            results,
            Map.of(),
            plan.stages().get(0).setup().data().validation(),
            spec.objectives(),
            MetricCatalogue.STANDARD);
    return new LiveState(
        progress(planned),
        epochsDone,
        (int) plan.epochsShared(),
        running,
        failures,
        front,
        trials.size(),
        planned.numbers());
  }

  private Progress progress(Outlook planned) {
    return Progress.of(planned.plan(), results, seconds(), planned.estimate(), planned.slots());
  }

  /** How long the stages run that do, the longest running first. */
  private Map<StageId, Double> seconds() {
    long now = nanoTime.getAsLong();
    Map<StageId, Double> running = new LinkedHashMap<>();
    started.forEach((id, start) -> running.put(id, (now - start) / 1e9));
    return running;
  }
}
