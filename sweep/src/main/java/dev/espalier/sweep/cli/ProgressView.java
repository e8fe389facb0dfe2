package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees while a sweep runs: on a terminal two lines that are drawn again every second,
 * elsewhere one line for each stage that ends.
 */
final class ProgressView implements SweepListener, AutoCloseable {
  private static final String UP_TO_THE_BAR = "\r\033[1A";
  private static final String CLEAR_THE_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  private final PrintWriter out;
  private final int columns;
  private final SweepSpec spec;
  private final LongSupplier nanoTime;
  private final Map<StageId, StageResult> results = new HashMap<>();
  private final Map<StageId, Long> started = new LinkedHashMap<>();
  private final List<TrialResult> trials = new ArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "espalier-progress");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Outlook outlook;
  private boolean drawn;
  private long drawnUntil;
  private long drawing;
  private double secondsLeft = Double.NaN;
  private long estimatedUntil;
  private long estimating;

  /**
   * A view of one run.
   *
   * @param columns characters that fit into a line of the terminal; 0 where there is none
   * @param nanoTime as System.nanoTime
   */
  ProgressView(PrintWriter out, int columns, SweepSpec spec, LongSupplier nanoTime) {
    this.out = out;
    this.columns = columns;
    this.spec = spec;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void planned(Outlook planned) {
    outlook = planned;
    results.putAll(planned.known());
    int left = planned.toRun().size();
    Progress progress = progress(planned);
    if (left == 0) {
      out.println("Nothing is left to run: every stage is done" + taken(planned) + ".");
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
    if (isTerminal()) {
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
    if (result instanceof StageResult.Failed failed) {
      say("failed: " + stage.label() + ": " + failed.reason());
    } else if (!isTerminal() && outlook != null) {
      out.printf(
          "[%d/%d] %s, %s; %s left%n",
          results.size(),
          outlook.plan().stages().size(),
          stage.label(),
          Formats.duration(result.seconds()),
          Formats.duration(secondsLeft(outlook)));
    }
    redraw();
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
    clear();
    close();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** Prints a line above the bar. */
  synchronized void say(String line) {
    clear();
    out.println(line);
    out.flush();
    redraw();
  }

  /**
   * Over what was drawn before, in one piece, so that nothing flickers. To find the front of
   * thousands of trials takes a while, so no more than a tenth of the time is spent on it.
   */
  private synchronized void redraw() {
    long now = nanoTime.getAsLong();
    boolean tooSoon = drawn && now - drawnUntil < 9 * drawing;
    if (isTerminal() && outlook != null && !clock.isShutdown() && !tooSoon) {
      String bar = cut(bar(progress(outlook))) + CLEAR_THE_LINE;
      String best = cut(best(outlook)) + CLEAR_BELOW;
      out.print((drawn ? UP_TO_THE_BAR : "") + bar + "\n" + best);
      out.flush();
      drawn = true;
      drawnUntil = nanoTime.getAsLong();
      drawing = drawnUntil - now;
    }
  }

  private void clear() {
    if (drawn) {
      out.print(UP_TO_THE_BAR + CLEAR_BELOW);
      out.flush();
      drawn = false;
    }
  }

  private boolean isTerminal() {
    return columns > 0;
  }

  /** A line that wraps would take two, and the next drawing would miss one. */
  private String cut(String line) {
    return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 4)) + "...";
  }

  private String bar(Progress progress) {
    String failed = progress.failed() == 0 ? "" : ", %d failed".formatted(progress.failed());
    return "%s %d/%d stages, %d running%s, %s left"
        .formatted(
            Bar.of(progress.done() + progress.failed(), progress.running(), progress.stages()),
            progress.done(),
            progress.stages(),
            progress.running(),
            failed,
            Formats.duration(progress.secondsLeft()));
  }

  private String best(Outlook planned) {
    int validationImages = planned.plan().stages().get(0).setup().data().validation();
    Front front =
        Points.front(
            trials,
            results,
            Map.of(),
            validationImages,
            spec.objectives(),
            MetricCatalogue.STANDARD);
    Point knee = Knee.of(front);
    if (knee == null) {
      return front.excluded().isEmpty()
          ? "no trial is finished yet"
          : "no front yet: the objectives are measured at the end";
    }
    String values =
        front.objectives().stream()
            .map(o -> Formats.metric(o.metric(), knee.metrics().get(o.name())))
            .collect(Collectors.joining(", "));
    return "front of %d: knee %s: %s".formatted(front.points().size(), knee.name(), values);
  }

  private Progress progress(Outlook planned) {
    long now = nanoTime.getAsLong();
    Map<StageId, Double> running = new HashMap<>();
    started.forEach((id, start) -> running.put(id, (now - start) / 1e9));
    return Progress.of(planned.plan(), results, running, planned.estimate(), planned.slots());
  }
}
