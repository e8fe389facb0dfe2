package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Identity;
import dev.espalier.sweep.run.PlanFile;
import dev.espalier.sweep.run.RunDirectory;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trials of one baseline of 3 epochs and 10 seconds: itself, and one fine-tuned for 2. */
class SweepTrackingTest {
  private static final long START = 1_000_000;
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 12, 12, 3, 4, 256, 64, 64);

  private static final StageResult.Done BASELINE = Stages.done("base", Stages.epochs(1, 2, 3));
  private static final StageResult.Done TUNED = Stages.done("tuned", Stages.epochs(1, 2));

  @TempDir Path folder = Path.of("");

  @Test
  void aRunLastsAsLongAsItsOwnStage() throws Exception {
    send(sweep(2));
    assertEquals(
        List.of("base|1000000|1010000", "tuned|1010000|1020000"),
        store()
            .rows("SELECT name, start_time, end_time FROM runs WHERE name <> 'tiny' ORDER BY 1"));
  }

  @Test
  void aTrialHasTheCurveOfItsWholePath() throws Exception {
    send(sweep(2));
    assertEquals(List.of("1", "2", "3", "4", "5"), steps("tuned"));
    assertEquals(List.of(), steps("tiny"));
  }

  @Test
  void inALargeSweepTheParentHasTheCurveOfTheBaseline() throws Exception {
    send(sweep(SweepTracking.TRIALS_WITH_WHOLE_CURVES + 1));
    assertEquals(List.of("4", "5"), steps("tuned"));
    assertEquals(List.of("1", "2", "3"), steps("base"));
    assertEquals(List.of("1", "2", "3"), steps("tiny"));
  }

  @Test
  void whatIsLeftMakesItKilled() throws Exception {
    send(sweep(3));
    assertEquals(List.of("KILLED"), store().rows("SELECT status FROM runs WHERE name = 'tiny'"));
    assertEquals(List.of("1"), tags("tiny", "trials.left"));
    send(sweep(2));
    assertEquals(List.of("FINISHED"), store().rows("SELECT status FROM runs WHERE name = 'tiny'"));
    assertEquals(List.of("0"), tags("tiny", "trials.left"));
  }

  @Test
  void whatBrokeOffHasFailed() throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      SweepTracking tracking = tracking(log, sweep(2));
      tracking.begin(DATA, 2);
      tracking.breakOff();
    }
    assertEquals(List.of("FAILED"), store().rows("SELECT status FROM runs WHERE name = 'tiny'"));
  }

  @Test
  void theFrontHasItsModelsAndLayersAndTheRestHasNot() throws Exception {
    Finished sweep = sweep(2);
    byte[] network = {1, 2, 3};
    commit(sweep, network);
    Files.writeString(folder.resolve("report.html"), "<html>");
    send(sweep);
    assertEquals(List.of("true", "true"), tags("%", "pareto"), "equal points are both on it");
    assertArrayEquals(network, Files.readAllBytes(artifacts("tuned").resolve("model/network.esp")));
    assertEquals(false, Files.exists(artifacts("base").resolve("model")), "its checkpoint is gone");
    assertEquals(
        """
        layer,kind,shape,prunable,weights,nonzero,sparsity,values,macs,macs_nonzero,encoding,bytes
        "conv,1",conv,8x3x3x3,true,216,54,0.7500,16,1000,250,codebook,77
        """,
        Files.readString(artifacts("tuned").resolve("layers.csv")));
    assertEquals("<html>", Files.readString(artifacts("tiny").resolve("report.html")));
  }

  @Test
  void aTrialIsRegisteredWithItsModel() throws Exception {
    Finished sweep = sweep(2);
    commit(sweep, new byte[] {7});
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      SweepTracking tracking = tracking(log, sweep);
      tracking.all(sweep);
      var registered = tracking.register(sweep, TUNED.id().hex(), "tiny", "pareto-pick", "why");
      log.drain();
      assertEquals(List.of(), log.problems());
      assertEquals(new Registered("tiny", "1", false), registered.get());
    }
    String source = store().rows("SELECT source FROM model_versions").get(0);
    assertEquals(
        folder.resolve("mlartifacts").resolve(source.substring("mlflow-artifacts:/".length())),
        artifacts("tuned").resolve("model"));
  }

  @Test
  void severalBaselinesHaveNamesOfTheirOwn() throws Exception {
    Finished one = sweep(2);
    Map<StageId, StageResult> stages = new LinkedHashMap<>(one.stages());
    StageResult.Done other = Stages.done("other", Stages.epochs(1, 2));
    stages.put(other.id(), other);
    List<PlanFile.StageEntry> entries =
        Stream.concat(one.plan().stages().stream(), Stream.of(entry(other, "train other", null)))
            .toList();
    PlanFile plan = new PlanFile(DATA, entries, one.plan().trials());
    List<CurvePoint> curve =
        BaselineCurves.of(new Finished(one.directory(), one.spec(), plan, one.trials(), stages));
    assertEquals(
        List.of("baseline/train 1", "baseline/train 2", "baseline/train 3"),
        curve.stream()
            .filter(point -> point.metric().equals("baseline/train"))
            .map(point -> point.metric() + " " + point.step())
            .toList());
    assertEquals(2, curve.stream().filter(p -> p.metric().equals("baseline/train other")).count());
  }

  private void send(Finished sweep) throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      tracking(log, sweep).all(sweep);
      log.drain();
      assertEquals(List.of(), log.problems());
    }
  }

  /** Makes the checkpoint of the fine-tuned network. */
  private static void commit(Finished sweep, byte[] network) throws IOException {
    try (Attempt attempt = sweep.directory().store().begin(TUNED.id())) {
      attempt.write("network", "esp", network);
      attempt.commit(
          new StageResult.Done(
              TUNED.id(),
              TUNED.metrics(),
              TUNED.curve(),
              TUNED.layers(),
              TUNED.correct(),
              attempt.files(),
              TUNED.environment(),
              TUNED.seconds()));
    }
  }

  private static SweepTracking tracking(MlflowLog log, Finished sweep) {
    return new SweepTracking(log, new Identity("key", START, null), sweep.spec());
  }

  /** With so many trials in its plan, of which two are over. */
  private Finished sweep(int trials) throws Exception {
    SweepSpec spec =
        SpecFile.parse(
            "tiny.yaml",
            """
            name: tiny
            dataset: {name: shapes, size: 12, train: 256, validation: 64}
            model: {architecture: resnet18, width: 0.0625}
            baseline: {epochs: 3, batch: 32, learning-rate: 0.02}
            grid: {sparsity: [0, 0.5]}
            """,
            List.of());
    List<TrialResult> over =
        List.of(
            trial("base", List.of(BASELINE.id()), 10),
            trial("tuned", List.of(BASELINE.id(), TUNED.id()), 20));
    List<PlanFile.TrialEntry> planned =
        IntStream.range(0, trials)
            .mapToObj(
                i ->
                    i < over.size()
                        ? new PlanFile.TrialEntry(
                            over.get(i).trial(), over.get(i).name(), List.of())
                        : new PlanFile.TrialEntry(Stages.id("t" + i).hex(), "t" + i, List.of()))
            .toList();
    PlanFile plan =
        new PlanFile(
            DATA,
            List.of(entry(BASELINE, "train", null), entry(TUNED, "tune", BASELINE.id().hex())),
            planned);
    Map<StageId, StageResult> stages = new LinkedHashMap<>();
    stages.put(BASELINE.id(), BASELINE);
    stages.put(TUNED.id(), TUNED);
    return new Finished(RunDirectory.create(folder), spec, plan, over, stages);
  }

  private static PlanFile.StageEntry entry(
      StageResult stage, String label, @Nullable String parent) {
    return new PlanFile.StageEntry(stage.id().hex(), label, parent, null);
  }

  private static TrialResult trial(String name, List<StageId> path, double seconds) {
    return new TrialResult(
        Stages.id(name).hex(),
        name,
        List.of(),
        Map.of("seed", 1),
        new Metrics(Map.of("val/accuracy", 0.5, "size/compressed_bytes", 1000.0)),
        path,
        null,
        seconds,
        10);
  }

  private Store store() {
    return new Store(folder);
  }

  private List<String> steps(String run) throws Exception {
    return store()
        .rows(
            "SELECT DISTINCT m.step FROM metrics m JOIN runs r ON r.run_uuid = m.run_uuid"
                + " WHERE m.key = 'train/loss' AND r.name = '"
                + run
                + "' ORDER BY 1");
  }

  private List<String> tags(String run, String tag) throws Exception {
    return store()
        .rows(
            "SELECT t.value FROM tags t JOIN runs r ON r.run_uuid = t.run_uuid WHERE t.key = '"
                + tag
                + "' AND r.name LIKE '"
                + run
                + "'");
  }

  private Path artifacts(String run) throws Exception {
    String uri = store().rows("SELECT artifact_uri FROM runs WHERE name = '" + run + "'").get(0);
    return folder.resolve("mlartifacts").resolve(uri.substring("mlflow-artifacts:/".length()));
  }
}
