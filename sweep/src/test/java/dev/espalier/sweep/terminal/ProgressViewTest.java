package dev.espalier.sweep.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  private static final Terminal.Size WIDE = new Terminal.Size(120, 40);
  private static final Pattern UP = Pattern.compile("\033\\[(\\d+)A");

  private final StringWriter written = new StringWriter();
  private final SweepSpec spec = SpecFile.parse("tiny.yaml", CONFIG, List.of());
  private final Plan plan =
      Plan.of(spec, new DataFacts("shapes", "d1", 32, 32, 3, 10, 1000, 64, 1000));
  private final PlannedStage train = plan.stages().get(0);
  private final PlannedStage prune = plan.stages().get(1);
  private final PlannedStage cluster = plan.stages().get(2);
  private final Map<String, Integer> numbers = Map.of(plan.trials().get(0).id().hex(), 1);
  private long seconds;

  ProgressViewTest() throws ConfigException {}

  @Test
  void withoutATerminalEachStageHasALine() {
    try (ProgressView view = view(Terminal.Size.NONE)) {
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
  void onATerminalTheViewStaysBelowWhatIsSaid() {
    try (ProgressView view = view(WIDE)) {
      begin(view);
      view.stageStarted(train);
      seconds += 4;
      view.say("hello");
      assertEquals(
          List.of(
              "3 stages to run, 1 at a time; about 30 s, estimated from a short timing.",
              "Starting Spark ...",
              "hello",
              "[>>>>>>>>>>--------------------] 0/3 stages, 0/2 epochs, 1 running, 26 s left",
              "  runs  train resnet18 w=0.125 epoch 1-2, 4.0 s of about 10 s",
              "no trial is finished yet"),
          screen(WIDE));
      view.stageFinished(train, done(train, 8, 0));
      view.stageStarted(prune);
      view.stageFinished(prune, done(prune, 1, 0.848));
      view.trialFinished(result(plan.trials().get(0), 0.848), List.of());
      view.stageStarted(cluster);
      List<String> screen = screen(WIDE);
      assertEquals(
          List.of(
              "[####################>>>>>>>>>>] 2/3 stages, 2/2 epochs, 1 running, 10 s left",
              "  runs  cluster resnet18 w=0.125 s=0.5 flat k=4, 0.0 s of about 10 s",
              "front: 1 points, 1 trials finished"),
          screen.subList(3, 6));
      assertEquals(
          "1  " + plan.trials().get(0).name() + "        0.8480     -  43.4 kB      -  knee",
          screen.get(screen.size() - 1));
    }
  }

  @Test
  void theViewIsGoneWhenTheSweepIsOver() {
    try (ProgressView view = view(WIDE)) {
      wholeSweep(view);
    }
    assertEquals(
        List.of(
            "3 stages to run, 1 at a time; about 30 s, estimated from a short timing.",
            "Starting Spark ...",
            ""),
        screen(WIDE));
  }

  /** Whatever was drawn, the terminal wraps lines again: nothing has to be put right. */
  @Test
  void everyDrawingLeavesTheTerminalAsItWas() {
    try (ProgressView view = view(WIDE)) {
      begin(view);
      view.stageStarted(train);
    }
    String text = written.toString();
    assertTrue(text.contains("\033[?7l"), text);
    assertTrue(text.lastIndexOf("\033[?7h") > text.lastIndexOf("\033[?7l"), text);
    assertFalse(text.contains("\033[?25l") || text.contains("\033[?1049h"), text);
  }

  @Test
  void noLineOfTheViewWrapsAndItIsNoLongerThanTheScreen() {
    Terminal.Size small = new Terminal.Size(40, 6);
    try (ProgressView view = view(small)) {
      begin(view);
      view.stageStarted(train);
      view.stageFinished(train, done(train, 8, 0));
      view.trialFinished(result(plan.trials().get(0), 0.848), List.of());
      view.stageStarted(prune);
      List<String> screen = screen(small);
      List<String> drawn = screen.stream().dropWhile(line -> !line.startsWith("[")).toList();
      assertEquals("[###>>>----] 1/3 stages, 1 running, ...", drawn.get(0));
      assertTrue(drawn.size() <= 5, drawn.toString());
      assertTrue(drawn.stream().allMatch(line -> line.length() <= 40), drawn.toString());
      assertEquals(1, screen.stream().filter(line -> line.startsWith("[")).count(), "" + screen);
    }
  }

  @Test
  void nothingLeftIsSaid() {
    try (ProgressView view = view(Terminal.Size.NONE)) {
      view.planned(
          new SweepListener.Outlook(
              plan, Map.of(train.id(), done(train, 8, 0)), 1, List.of(), estimate(), 1, Map.of()));
    }
    assertEquals(
        "Nothing to run: every stage is done, 1 taken from the store.", written.toString().strip());
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
    view.planned(
        new SweepListener.Outlook(plan, Map.of(), 0, plan.stages(), estimate(), 1, numbers));
    view.say("Starting Spark ...");
  }

  private ProgressView view(Terminal.Size size) {
    return new ProgressView(
        new PrintWriter(written), size, new Paint(false), spec, () -> seconds * 1_000_000_000L);
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
  private List<String> screen(Terminal.Size size) {
    int columns = size.columns();
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    String text = written.toString();
    for (int i = 0; i < text.length(); i++) {
      StringBuilder line = lines.get(row);
      Matcher up = UP.matcher(text).region(i, text.length());
      if (up.lookingAt()) {
        row -= Integer.parseInt(up.group(1));
        i = up.end() - 1;
      } else if (text.startsWith("\033[?7", i)) {
        i += 4; // Whether lines wrap: ours never should.
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
