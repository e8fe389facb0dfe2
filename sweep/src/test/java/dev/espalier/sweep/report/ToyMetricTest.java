package dev.espalier.sweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.mlflow.SweepUpload;
import dev.espalier.sweep.pareto.FrontText;
import dev.espalier.sweep.pareto.TextLine;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.InProcessExecutor;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.trackingserver.Store;
import dev.espalier.workers.Worker;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.measure.Measurements;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A metric of test sources on its way through a real sweep: the sweep ran when no program knew it,
 * and then gets it from its checkpoints.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ToyMetricTest {
  private static final String TOY = ToyNorm.NORM.name();
  private static final Methods METHODS =
      new Methods(Methods.STANDARD.steps(), MetricCatalogue.STANDARD.with(List.of(ToyNorm.NORM)));
  private static final Measurements MEASUREMENTS = Measurements.STANDARD.with(new ToyNorm());
  private static final String CONFIG =
      """
      name: toy
      dataset: {name: shapes, train: 96, validation: 32, size: 12}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 1, batch: 32, learning-rate: 0.05}
      grid: {sparsity: [0, 0.5, 0.8], scope: flat}
      objectives: {maximize: val/accuracy, minimize: toy/norm}
      """;

  private final List<String> started = new ArrayList<>();
  private Path folder = Path.of("");
  private Map<StageId, StageResult> before = Map.of();

  @BeforeAll
  void runWithoutIt(@TempDir Path temporary) throws Exception {
    folder = temporary.resolve("toy");
    run(Measurements.STANDARD, false);
    before = snapshot().stages();
    assertEquals(3, before.size());
  }

  @Test
  @Order(1)
  void aTrialWithoutItIsLeftOffTheFrontThatNeedsItWithACount() throws Exception {
    SweepSnapshot sweep = snapshot();
    assertEquals(List.of(), sweep.front().points());
    List<String> lines = front(sweep);
    assertTrue(lines.contains("left out: 3 trials have no toy/norm"), lines.toString());
    assertEquals(3, sweep.stagesUnmeasured());
  }

  @Test
  @Order(2)
  void anotherRunAddsItOnlyIfAskedTo() throws Exception {
    run(MEASUREMENTS, false);
    assertEquals(List.of(), started);
    assertEquals(before, snapshot().stages());
  }

  @Test
  @Order(3)
  void aStageWhoseCheckpointIsGoneKeepsWhatItHas() throws Exception {
    Path other = folder.resolveSibling("gone");
    copy(folder, other);
    RunDirectory directory = new RunDirectory(other).with(METHODS);
    StageId root = snapshot().trials().get(0).path().get(0);
    directory.store().remove(root);
    run(other, MEASUREMENTS, true);

    SweepSnapshot sweep = SweepSnapshot.read(directory);
    assertEquals(2, started.size(), started.toString());
    assertEquals(before.get(root), sweep.stages().get(root));
    assertEquals(1, sweep.stagesUnmeasured());
    assertTrue(directory.store().find(root).isEmpty(), "nothing is trained to measure it");
  }

  @Test
  @Order(4)
  void measuringAddsItFromTheCheckpointsAndChangesNothingElse() throws Exception {
    run(MEASUREMENTS, true);
    assertEquals(3, started.size(), started.toString());
    SweepSnapshot sweep = snapshot();
    CheckpointStore store = sweep.directory().store();
    for (StageResult stage : sweep.stages().values()) {
      StageResult.Done now = (StageResult.Done) stage;
      StageResult.Done old = (StageResult.Done) Objects.requireNonNull(before.get(now.id()));
      Map<String, Double> values = new HashMap<>(now.metrics().values());
      double norm = ToyNorm.norm(CompressedNetwork.decode(store.read(now.id(), "network")));
      assertEquals(norm, values.remove(TOY));
      assertEquals(old.metrics().values(), values);
      assertEquals(old, now.with(old.metrics()), "curve, layers, files and seconds");
      assertEquals(now, store.find(now.id()).orElseThrow());
    }
    run(MEASUREMENTS, true);
    assertEquals(List.of(), started, "once");
  }

  @Test
  @Order(5)
  void itSpansTheFront() throws Exception {
    SweepSnapshot sweep = snapshot();
    assertEquals(0, sweep.stagesUnmeasured());
    assertEquals(List.of(), sweep.front().excluded());
    double least =
        sweep.trials().stream().mapToDouble(t -> t.metrics().get(TOY)).min().orElseThrow();
    assertEquals(least, sweep.front().points().get(0).metrics().get(TOY));
    assertTrue(
        front(sweep).stream().anyMatch(line -> line.contains(TOY)),
        String.join("\n", front(sweep)));
    sweep.writeFront(sweep.confidence());
    assertTrue(Files.readString(folder.resolve("front.csv")).contains(TOY));
    String axis = "norm of the weights (logarithmic)";
    assertTrue(Files.readString(folder.resolve("front.svg")).contains(axis));
  }

  @Test
  @Order(6)
  void mlflowGetsItForEachTrialAndForTheKnee() throws Exception {
    SweepSnapshot sweep = snapshot();
    new SweepUpload(sweep, null).send();
    List<String> seen = new Store(folder).seen();
    for (TrialResult trial : sweep.trials()) {
      // SQLite writes 15 digits.
      String digits = ("" + trial.metrics().get(TOY)).substring(0, 10);
      String row = "latest_metrics " + TOY + "=" + digits;
      assertTrue(seen.stream().anyMatch(text -> text.contains(row)), row + " in " + seen);
    }
    assertTrue(seen.stream().anyMatch(text -> text.contains("knee/" + TOY)), seen.toString());
  }

  @Test
  @Order(7)
  void theReportDescribesIt() throws Exception {
    SweepSnapshot sweep = snapshot();
    JsonNode data = ReportData.of(sweep, sweep.confidence(), "espalier 1", "5.5.0");
    JsonNode norm =
        StreamSupport.stream(data.get("descriptions").spliterator(), false)
            .filter(metric -> metric.get("name").asText().equals(TOY))
            .findFirst()
            .orElseThrow();
    assertEquals("norm of the weights", norm.get("label").asText());
    assertTrue(norm.get("logarithmic").asBoolean());
    assertFalse(norm.has("more_is_better"));
  }

  @Test
  @Order(8)
  @EnabledIf(value = "dev.espalier.sweep.report.Browser#isExpected", disabledReason = Browser.NONE)
  void thePageDrawsTheFrontOfItAndHasAColumnOfIt(@TempDir Path profile) throws Exception {
    SweepSnapshot sweep = snapshot();
    Path page = profile.resolve("report.html");
    Files.writeString(page, Report.of(sweep, sweep.confidence(), "espalier 1"));
    try (Browser browser = new Browser(Files.createDirectory(profile.resolve("profile")))) {
      browser.size(1500, 3000);
      browser.open(page, "");
      String words = browser.evaluate("document.body.innerText").asText();
      assertTrue(words.contains("norm of the weights"), words);
      assertTrue(
          browser
              .evaluate("document.querySelector('#table thead').innerText")
              .asText()
              .contains("norm"),
          words);
      assertEquals(List.of(), browser.problems());
    }
  }

  private SweepSnapshot snapshot() throws Exception {
    return SweepSnapshot.read(new RunDirectory(folder).with(METHODS));
  }

  private void run(Measurements measurements, boolean measure) throws Exception {
    run(folder, measurements, measure);
  }

  private void run(Path out, Measurements measurements, boolean measure) throws Exception {
    started.clear();
    SweepSpec spec = SpecFile.parse("toy.yaml", CONFIG, List.of(), METHODS);
    RunDirectory directory = RunDirectory.create(out).with(METHODS);
    SweepListener listener =
        new SweepListener() {
          @Override
          public void stageStarted(PlannedStage stage) {
            started.add(stage.label());
          }
        };
    Outcome outcome =
        new Sweep(
                spec,
                Plan.of(spec, Datasets.load(spec.dataset(), null).facts()),
                directory,
                () ->
                    new InProcessExecutor(
                        1, new Worker(directory.store().root(), null, measurements)),
                Engine.environment(),
                new Sweep.Options(false, measure, false, false, stage -> 1, null, null),
                listener)
            .run();
    assertEquals(List.of(), outcome.failed());
    assertEquals(3, outcome.completed().size());
  }

  private static void copy(Path from, Path to) throws Exception {
    try (var paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  private static List<String> front(SweepSnapshot sweep) throws IOException {
    return FrontText.of(sweep.confidence(), Map.of(), 100).stream().map(TextLine::text).toList();
  }
}
