package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Estimate;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What stands on the screen at last, drawn by a terminal of a few lines of code. */
class ProgressViewTest {
  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, validation: 64}
      model: {architecture: resnet18, width: 0.125}
      baseline: {epochs: 2, learning-rate: 0.02}
      grid:
        sparsity: [0.5]
        centroids: [none, 4]
      """;

  private final StringWriter written = new StringWriter();
  private final SweepSpec spec = SpecFile.parse("tiny.yaml", CONFIG, List.of());
  private final Plan plan =
      Plan.of(spec, new DataFacts("shapes", "d1", 32, 32, 3, 10, 1000, 64, 1000));
  private final PlannedStage train = plan.stages().get(0);
  private final PlannedStage prune = plan.stages().get(1);
  private final PlannedStage cluster = plan.stages().get(2);
  private long seconds;

  ProgressViewTest() throws ConfigException {}

  @Test
  void withoutATerminalEachStageHasALine() {
    try (ProgressView view = view(0)) {
      wholeSweep(view);
    }
    assertEquals(
        List.of(
            "3 stages to run, 1 at a time; about 30 s, estimated from a short timing.",
            "Starting Spark ...",
            "[1/3] train resnet18 w=0.125 epoch 1-2, 8.0 s; 20 s left",
            "[2/3] prune resnet18 w=0.125 s=0.5 flat, 1.0 s; 10 s left",
            "failed: cluster resnet18 w=0.125 s=0.5 flat k=4: diverged: NaN"),
        written.toString().lines().toList());
  }

  @Test
  void onATerminalTheBarStaysBelowWhatIsSaid() {
    try (ProgressView view = view(120)) {
      begin(view);
      view.stageStarted(train);
      seconds += 4;
      view.say("hello");
      assertEquals(
          List.of(
              "3 stages to run, 1 at a time; about 30 s, estimated from a short timing.",
              "Starting Spark ...",
              "hello",
              "[>>>>>>>>>>--------------------] 0/3 stages, 1 running, 26 s left",
              "no trial is finished yet"),
          screen(120));
      view.stageFinished(train, done(train, 8, 0));
      view.stageStarted(prune);
      view.stageFinished(prune, done(prune, 1, 0.848));
      view.trialFinished(result(plan.trials().get(0), 0.848), List.of());
      view.stageStarted(cluster);
      assertEquals(
          List.of(
              "[####################>>>>>>>>>>] 2/3 stages, 1 running, 10 s left",
              "front of 1: knee " + plan.trials().get(0).name() + ": 0.8480, 43.4 kB"),
          screen(120).subList(3, 5));
    }
  }

  @Test
  void theBarIsGoneWhenTheSweepIsOver() {
    try (ProgressView view = view(120)) {
      wholeSweep(view);
    }
    assertEquals(
        List.of(
            "3 stages to run, 1 at a time; about 30 s, estimated from a short timing.",
            "Starting Spark ...",
            "failed: cluster resnet18 w=0.125 s=0.5 flat k=4: diverged: NaN",
            ""),
        screen(120));
  }

  @Test
  void noLineOfTheBarWraps() {
    try (ProgressView view = view(40)) {
      begin(view);
      view.stageStarted(train);
      view.stageFinished(train, done(train, 8, 0));
      view.trialFinished(result(plan.trials().get(0), 0.848), List.of());
      view.stageStarted(prune);
      List<String> screen = screen(40);
      assertEquals("[##########>>>>>>>>>>----------] 1/3...", screen.get(screen.size() - 2));
      assertTrue(screen.get(screen.size() - 1).length() < 40, screen.toString());
      assertEquals(1, screen.stream().filter(line -> line.startsWith("[")).count(), "" + screen);
    }
  }

  @Test
  void nothingLeftIsSaid() {
    try (ProgressView view = view(0)) {
      view.planned(
          new SweepListener.Outlook(
              plan, Map.of(train.id(), done(train, 8, 0)), 1, List.of(), estimate(), 1));
    }
    assertEquals(
        "Nothing is left to run: every stage is done, 1 taken from the store.",
        written.toString().strip());
  }

  private void wholeSweep(ProgressView view) {
    begin(view);
    view.stageStarted(train);
    view.stageFinished(train, done(train, 8, 0));
    view.stageStarted(prune);
    view.stageFinished(prune, done(prune, 1, 0.848));
    view.trialFinished(result(plan.trials().get(0), 0.848), List.of());
    view.stageStarted(cluster);
    view.stageFinished(
        cluster,
        new StageResult.Failed(cluster.id(), StageResult.Cause.DIVERGED, "diverged: NaN", 1));
    PlanFile nothing =
        new PlanFile(plan.stages().get(0).setup().data(), null, List.of(), List.of());
    view.finished(
        new Outcome(Outcome.Ending.COMPLETE, List.of(), 0),
        new SweepSnapshot(new RunDirectory(Path.of("tiny")), spec, nothing, List.of(), Map.of()));
  }

  private void begin(ProgressView view) {
    view.planned(new SweepListener.Outlook(plan, Map.of(), 0, plan.stages(), estimate(), 1));
    view.say("Starting Spark ...");
  }

  private ProgressView view(int columns) {
    return new ProgressView(
        new PrintWriter(written), columns, spec, () -> seconds * 1_000_000_000L);
  }

  private Estimate estimate() {
    return Estimate.of(plan, Map.of(), stage -> 10);
  }

  private static StageResult done(PlannedStage stage, double seconds, double accuracy) {
    return new StageResult.Done(
        stage.id(),
        new Metrics(Map.of(Metrics.VAL_ACCURACY, accuracy)),
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        new Environment("test", "any", "0", "17"),
        seconds);
  }

  private static TrialResult result(Trial trial, double accuracy) {
    Metrics metrics =
        new Metrics(Map.of(Metrics.VAL_ACCURACY, accuracy, "size/compressed_bytes", 43_400.0));
    return new TrialResult(
        trial.id().hex(),
        trial.name(),
        List.of(),
        List.of(),
        Map.of(),
        metrics,
        trial.path(),
        null,
        9,
        1);
  }

  /** The lines of the screen, as a terminal shows what was written so far. */
  private List<String> screen(int columns) {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    String text = written.toString();
    for (int i = 0; i < text.length(); i++) {
      StringBuilder line = lines.get(row);
      if (text.startsWith("\033[1A", i)) {
        row--;
        i += 3;
      } else if (text.startsWith("\033[K", i) || text.startsWith("\033[J", i)) {
        line.setLength(Math.min(column, line.length()));
        if (text.charAt(i + 2) == 'J') {
          lines.subList(row + 1, lines.size()).clear();
        }
        i += 2;
      } else if (text.charAt(i) == '\r') {
        column = 0;
      } else if (text.charAt(i) == '\n' || column == columns) {
        i -= column == columns ? 1 : 0; // it wraps, and the character is yet to be written
        row++;
        column = 0;
        if (row == lines.size()) {
          lines.add(new StringBuilder());
        }
      } else {
        line.replace(column, Math.min(column + 1, line.length()), text.substring(i, i + 1));
        column++;
      }
    }
    return Stream.of(lines).flatMap(List::stream).map(StringBuilder::toString).toList();
  }
}
