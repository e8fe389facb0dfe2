package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.Identity;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import dev.espalier.sweep.trackingserver.Store;
import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** Two trials of one baseline of 3 epochs and 10 seconds: itself, and one fine-tuned for 2. */
class SweepTrackingTest {
  private static final long START = 1_000_000;
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 12, 12, 3, 4, 256, 64, 64);

  private static final StageResult.Done BASELINE =
      StageResults.done("base", StageResults.epochs(1, 2, 3));
  private static final StageResult.Done TUNED =
      StageResults.done("tuned", StageResults.epochs(1, 2));

  @TempDir Path folder = Path.of("");

  @Test
  void aRunLastsAsLongAsItsOwnStage() throws Exception {
    send(sweep(2));
    assertEquals(
        List.of("base-seed1|1000000|1010000", "tuned-seed1|1010000|1020000"),
        store()
            .rows("SELECT name, start_time, end_time FROM runs WHERE name <> 'tiny' ORDER BY 1"));
  }

  @Test
  void aTrialHasTheCurveOfItsWholePath() throws Exception {
    send(sweep(2));
    assertEquals(List.of("1", "2", "3", "4", "5"), steps("tuned-seed1"));
    assertEquals(List.of(), steps("tiny"));
  }

  @Test
  void aControlSaysSoInATagAndAParam() throws Exception {
    SweepSnapshot sweep = sweep(2);
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      SweepTracking tracking = tracking(log, sweep);
      tracking.begin(DATA, new TrialCounts(0, 0, 2));
      TrialResult tuned = sweep.trials().get(1);
      tracking.trial(sweep.trials().get(0), List.of(BASELINE));
      tracking.trial(tuned.planned(List.of(), Control.RANDOM), List.of(BASELINE, TUNED));
      log.drain();
    }
    assertEquals(List.of("random"), tags("tuned-seed1", "control"));
    assertEquals(List.of(), tags("base-seed1", "control"));
    assertEquals(List.of("random"), store().rows("SELECT value FROM params WHERE key = 'control'"));
  }

  @Test
  void inALargeSweepTheParentHasTheCurveOfTheBaseline() throws Exception {
    send(sweep(SweepTracking.TRIALS_WITH_WHOLE_CURVES + 1));
    assertEquals(List.of("4", "5"), steps("tuned-seed1"));
    assertEquals(List.of("1", "2", "3"), steps("base-seed1"));
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
  void theCountsAreSetAnewWhenASweepBegins() throws Exception {
    send(sweep(3));
    assertEquals(List.of("2"), tags("tiny", "trials.completed"));
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      tracking(log, sweep(5)).begin(DATA, new TrialCounts(1, 1, 5));
      log.drain();
      assertEquals(List.of("RUNNING"), store().rows("SELECT status FROM runs WHERE name = 'tiny'"));
      assertEquals(List.of("1"), tags("tiny", "trials.completed"));
      assertEquals(List.of("1"), tags("tiny", "trials.failed"));
      assertEquals(List.of("5"), tags("tiny", "trials.left"));
      assertEquals(List.of(), tags("tuned-seed1", "trials.left"));
    }
  }

  /** The process may be gone before all that waits is sent. */
  @Test
  void aStopIsSentBeforeAllThatWaits() throws Exception {
    SweepSnapshot sweep = sweep(100);
    try (FlakyServer slow = new FlakyServer(folder, (path, number) -> FlakyServer.Fault.SLOW);
        MlflowLog log = MlflowLog.open(slow.uri(), Duration.ofSeconds(60), Map.of())) {
      SweepTracking tracking = tracking(log, sweep);
      tracking.begin(DATA, new TrialCounts(0, 0, 100));
      for (int i = 0; i < 60; i++) {
        List<StageId> path = List.of(BASELINE.id(), StageResults.id("t" + i));
        tracking.trial(trial("t" + i, path, 10), List.of(BASELINE));
      }
      tracking.stop(new TrialCounts(60, 0, 40));
      while (!slow.requests().contains("/api/2.0/mlflow/runs/update")) {
        Thread.sleep(10);
      }
      long created = slow.requests().stream().filter(path -> path.endsWith("runs/create")).count();
      assertTrue(created < 30, "runs created before the stop: " + created);
      log.drain();
      assertEquals(List.of(), log.problems());
    }
    assertEquals(List.of("KILLED"), store().rows("SELECT status FROM runs WHERE name = 'tiny'"));
    assertEquals(List.of("60"), tags("tiny", "trials.completed"));
    assertEquals(List.of("40"), tags("tiny", "trials.left"));
    assertEquals(60, store().count("runs WHERE name <> 'tiny' AND status = 'FINISHED'"));
  }

  @Test
  void aStoppedSweepEndsWhenItWasStopped() throws Exception {
    SweepSnapshot stopped = sweep(3);
    long before = System.currentTimeMillis();
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      SweepTracking tracking = tracking(log, stopped);
      tracking.begin(DATA, new TrialCounts(0, 0, 3));
      stopped.trials().forEach(trial -> tracking.trial(trial, List.of(BASELINE)));
      tracking.finish(stopped, stopped.confidence());
      log.drain();
      assertEquals(List.of(), log.problems());
    }
    String ended = store().rows("SELECT end_time FROM runs WHERE name = 'tiny'").get(0);
    assertTrue(Long.parseLong(ended) >= before, ended);
    send(stopped);
    assertEquals(
        List.of("KILLED|" + ended),
        store().rows("SELECT status, end_time FROM runs WHERE name = 'tiny'"));
  }

  @Test
  void theParentSaysWhatCameOut() throws Exception {
    send(sweep(3));
    assertEquals(
        List.of("front/size|2.0", "knee/size/compressed_bytes|1000.0", "knee/val/accuracy|0.5"),
        store()
            .rows(
                "SELECT m.key, m.value FROM latest_metrics m JOIN runs r ON r.run_uuid = m.run_uuid"
                    + " WHERE r.name = 'tiny' AND m.key <> 'front/hypervolume' ORDER BY 1"));
    String description = tags("tiny", "mlflow.note.content").get(0);
    String sentence =
        "The Pareto front of 2 finished trials has 2 points; at its knee, val/accuracy is 0.5000"
            + " and size/compressed_bytes is 1,000; left: 1 trial.";
    assertTrue(description.startsWith(sentence + "\n\n| trial |"), description);
    String note =
        store().rows("SELECT value FROM experiment_tags WHERE key = 'mlflow.note.content'").get(0);
    assertTrue(note.startsWith(sentence + " Charts: [all trials](#/experiments/1/runs?"), note);
  }

  @Test
  void aPersonsOwnDescriptionStays() throws Exception {
    send(sweep(2));
    try (EmbeddedServer server = EmbeddedServer.start(folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.uri(), server.token()))) {
      client.setTag(
          store().rows("SELECT run_uuid FROM runs WHERE name = 'tiny'").get(0),
          "mlflow.note.content",
          "mine");
      client.setExperimentTag("1", "mlflow.note.content", "mine too");
    }
    send(sweep(2));
    assertEquals(List.of("mine"), tags("tiny", "mlflow.note.content"));
    assertEquals(
        List.of("mine too"),
        store().rows("SELECT value FROM experiment_tags WHERE key = 'mlflow.note.content'"));
  }

  @Test
  void aTrialHasTheNameOfTheJournalAsATagAndFewIds() throws Exception {
    send(sweep(2));
    assertEquals(List.of("tuned"), tags("tuned-seed1", "trial.name"));
    assertEquals(
        List.of("espalier.digest", "espalier.key", "espalier.sweep"),
        store()
            .rows(
                "SELECT t.key FROM tags t JOIN runs r ON r.run_uuid = t.run_uuid WHERE r.name ="
                    + " 'tuned-seed1' AND length(t.value) >= 3 AND (t.value = 'key' OR"
                    + " length(t.value) = 64) ORDER BY 1"));
  }

  @Test
  void whatBrokeOffHasFailed() throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      SweepTracking tracking = tracking(log, sweep(2));
      tracking.begin(DATA, new TrialCounts(0, 0, 2));
      tracking.breakOff();
    }
    assertEquals(List.of("FAILED"), store().rows("SELECT status FROM runs WHERE name = 'tiny'"));
  }

  @Test
  void theFrontHasItsModelsAndLayersAndTheRestHasNot() throws Exception {
    SweepSnapshot sweep = sweep(2);
    byte[] network = {1, 2, 3};
    commit(sweep, network);
    Files.writeString(folder.resolve("report.html"), "<html>");
    send(sweep);
    assertEquals(List.of("true", "true"), tags("%", "pareto"), "equal points are both on it");
    assertArrayEquals(
        network, Files.readAllBytes(artifacts("tuned-seed1").resolve("model/network.esp")));
    assertEquals(
        false, Files.exists(artifacts("base-seed1").resolve("model")), "its checkpoint is gone");
    assertEquals(
        """
        layer,kind,shape,prunable,weights,nonzero,sparsity,values,macs,macs_nonzero,encoding,bytes
        "conv,1",conv,8x3x3x3,yes,216,54,0.7500,16,1000,250,codebook,77
        """,
        Files.readString(artifacts("tuned-seed1").resolve("layers.csv")));
    assertEquals("<html>", Files.readString(artifacts("tiny").resolve("report.html")));
  }

  @Test
  void aTrialIsRegisteredWithItsModel() throws Exception {
    SweepSnapshot sweep = sweep(2);
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
        artifacts("tuned-seed1").resolve("model"));
  }

  @Test
  void severalBaselinesHaveNamesOfTheirOwn() throws Exception {
    SweepSnapshot one = sweep(2);
    Map<StageId, StageResult> stages = new LinkedHashMap<>(one.stages());
    StageResult.Done other = StageResults.done("other", StageResults.epochs(1, 2));
    stages.put(other.id(), other);
    List<PlanFile.StageEntry> entries =
        Stream.concat(one.plan().stages().stream(), Stream.of(entry(other, "train other", null)))
            .toList();
    PlanFile plan = new PlanFile(DATA, null, entries, one.plan().trials());
    List<CurvePoint> curve =
        new TrialMetrics(MetricCatalogue.STANDARD)
            .baselineCurves(
                new SweepSnapshot(one.directory(), one.spec(), plan, one.trials(), stages), START);
    assertEquals(
        List.of("baseline/train 1", "baseline/train 2", "baseline/train 3"),
        curve.stream()
            .filter(point -> point.metric().equals("baseline/train"))
            .map(point -> point.metric() + " " + point.step())
            .toList());
    assertEquals(2, curve.stream().filter(p -> p.metric().equals("baseline/train other")).count());
  }

  private void send(SweepSnapshot sweep) throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      tracking(log, sweep).all(sweep);
      log.drain();
      assertEquals(List.of(), log.problems());
    }
  }

  /** Makes the checkpoint of the fine-tuned network. */
  private static void commit(SweepSnapshot sweep, byte[] network) throws IOException {
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

  private static SweepTracking tracking(MlflowLog log, SweepSnapshot sweep) {
    return new SweepTracking(log, new Identity("key", START, null), sweep.spec(), sweep.metrics());
  }

  /** With so many trials in its plan, of which two are over. */
  private SweepSnapshot sweep(int trials) throws Exception {
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
                        : new PlanFile.TrialEntry(
                            StageResults.id("t" + i).hex(), "t" + i, List.of()))
            .toList();
    PlanFile plan =
        new PlanFile(
            DATA,
            null,
            List.of(entry(BASELINE, "train", null), entry(TUNED, "tune", BASELINE.id().hex())),
            planned);
    Map<StageId, StageResult> stages = new LinkedHashMap<>();
    stages.put(BASELINE.id(), BASELINE);
    stages.put(TUNED.id(), TUNED);
    return new SweepSnapshot(RunDirectory.create(folder), spec, plan, over, stages);
  }

  private static PlanFile.StageEntry entry(
      StageResult stage, String label, @Nullable String parent) {
    return new PlanFile.StageEntry(stage.id().hex(), label, parent, null);
  }

  private static TrialResult trial(String name, List<StageId> path, double seconds) {
    return new TrialResult(
        StageResults.id(name).hex(),
        name,
        List.of(),
        List.of(),
        Map.of("model", name, "seed", 1),
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
