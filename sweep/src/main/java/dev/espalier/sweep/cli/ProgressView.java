package dev.espalier.sweep.cli;

import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.Points;
import dev.espalier.sweep.run.Progress;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees while a sweep runs: on a terminal two lines that are drawn again every second,
 * elsewhere one line for each stage that ends.
 */
final class ProgressView implements SweepListener, AutoCloseable {
  private static final String CLEAR_TWO_LINES = "\r\033[2K\033[1A\033[2K";

  private final PrintWriter out;
  private final boolean terminal;
  private final int slots;
  private final SweepSpec spec;
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

  ProgressView(PrintWriter out, boolean terminal, int slots, SweepSpec spec) {
    this.out = out;
    this.terminal = terminal;
    this.slots = slots;
    this.spec = spec;
  }

  @Override
  public synchronized void planned(Outlook planned) {
    outlook = planned;
    results.putAll(planned.known());
    int left = planned.toRun().size();
    Progress progress = progress(planned);
    if (left == 0) {
      out.println("Nothing is left to run: every stage is done.");
      return;
    }
    String done =
        planned.known().isEmpty() ? "" : ", %d done before".formatted(planned.known().size());
    out.printf(
        "%d stages to run%s, %d at a time; about %s, estimated %s.%n",
        left, done, slots, Amounts.duration(progress.secondsLeft()), planned.estimate().source());
    if (terminal) {
      var unused = clock.scheduleAtFixedRate(this::redraw, 1, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public synchronized void stageStarted(PlannedStage stage) {
    started.put(stage.id(), System.nanoTime());
    redraw();
  }

  @Override
  public synchronized void stageFinished(PlannedStage stage, StageResult result) {
    started.remove(stage.id());
    results.put(stage.id(), result);
    if (result instanceof StageResult.Failed failed) {
      say("failed: " + stage.label() + ": " + failed.reason());
    } else if (!terminal && outlook != null) {
      Progress progress = progress(outlook);
      out.printf(
          "[%d/%d] %s, %s; %s left%n",
          progress.done() + progress.failed(),
          progress.stages(),
          stage.label(),
          Amounts.duration(result.seconds()),
          Amounts.duration(progress.secondsLeft()));
    }
    redraw();
  }

  @Override
  public synchronized void trialFinished(TrialResult trial, List<StageResult> path) {
    trials.add(trial);
    path.forEach(result -> results.putIfAbsent(result.id(), result));
  }

  @Override
  public synchronized void finished(Outcome outcome) {
    clear();
    close();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private synchronized void redraw() {
    if (terminal && outlook != null && !clock.isShutdown()) {
      clear();
      out.println(bar(progress(outlook)));
      out.print(best(outlook));
      out.flush();
      drawn = true;
    }
  }

  private void say(String line) {
    clear();
    out.println(line);
  }

  private void clear() {
    if (drawn) {
      out.print(CLEAR_TWO_LINES);
      out.flush();
      drawn = false;
    }
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
            Amounts.duration(progress.secondsLeft()));
  }

  private String best(Outlook planned) {
    int validationImages = planned.plan().stages().get(0).setup().data().validation();
    Front front = Points.front(trials, results, validationImages, spec.objectives());
    Point knee = Knee.of(front);
    if (knee == null) {
      return "no trial is finished yet";
    }
    String values =
        front.objectives().stream()
            .map(o -> Amounts.metric(o.metric(), knee.metrics().get(o.metric())))
            .collect(Collectors.joining(", "));
    return "front of %d, knee %s: %s".formatted(front.points().size(), knee.name(), values);
  }

  private Progress progress(Outlook planned) {
    long now = System.nanoTime();
    Map<StageId, Double> running = new HashMap<>();
    started.forEach((id, start) -> running.put(id, (now - start) / 1e9));
    return Progress.of(planned.plan(), results, running, planned.estimate(), slots);
  }
}
