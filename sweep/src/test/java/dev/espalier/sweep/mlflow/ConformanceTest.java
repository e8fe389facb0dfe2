package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.ModelVersionStatus;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.RunsPage;

/**
 * What every MLflow server does, seen through MLflow's own Java client. It runs against the
 * embedded server, or against the server that ESPALIER_MLFLOW_URI names.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {
  @TempDir static @Nullable Path folder;

  private @Nullable EmbeddedServer embedded;
  private MlflowClient client = new MlflowClient("http://127.0.0.1:9");
  private String uri = "";
  private Map<String, String> environment = Map.of();
  private String experiment = "";
  private int count;

  @BeforeAll
  void connect() throws IOException {
    String named = System.getenv("ESPALIER_MLFLOW_URI");
    if (named == null && folder != null) {
      embedded = EmbeddedServer.start(folder);
      uri = embedded.uri();
      environment = Map.of("MLFLOW_TRACKING_TOKEN", embedded.token());
    } else {
      uri = String.valueOf(named);
      environment = System.getenv();
    }
    client = new MlflowClient(Credentials.of(uri, environment));
  }

  @AfterAll
  void disconnect() throws IOException {
    client.close();
    if (embedded != null) {
      embedded.close();
    }
  }

  @BeforeEach
  void newExperiment() {
    // A real server keeps what earlier runs of this suite left.
    experiment = client.createExperiment("conformance " + System.nanoTime() + " " + count++);
  }

  @Test
  void findsAnExperimentByNameAndById() {
    String name = client.getExperiment(experiment).getName();

    assertEquals(experiment, client.getExperimentByName(name).orElseThrow().getExperimentId());
    assertEquals("active", client.getExperiment(experiment).getLifecycleStage());
    assertEquals(Optional.empty(), client.getExperimentByName(name + " and more"));
  }

  @Test
  void refusesASecondExperimentOfOneName() {
    String name = client.getExperiment(experiment).getName();
    assertEquals(400, status(() -> client.createExperiment(name)));
  }

  @Test
  void keepsTheTagsOfAnExperiment() {
    String id =
        client.createExperiment(
            CreateExperiment.newBuilder()
                .setName("tagged " + System.nanoTime())
                .addTags(ExperimentTag.newBuilder().setKey("a").setValue("1"))
                .build());
    client.setExperimentTag(id, "b", "ü 'quoted' \"twice\" \\ <&>");
    client.setExperimentTag(id, "a", "2");

    Map<String, String> tags = new TreeMap<>();
    client.getExperiment(id).getTagsList().forEach(t -> tags.put(t.getKey(), t.getValue()));
    assertEquals(Map.of("a", "2", "b", "ü 'quoted' \"twice\" \\ <&>"), tags);
    assertEquals(400, status(() -> client.setExperimentTag(id, "long", "x".repeat(5001))));
  }

  @Test
  void searchesExperimentsByName() {
    String name = client.getExperiment(experiment).getName();
    List<String> found =
        client
            .searchExperiments("name = '" + name + "'", ViewType.ALL, 10, List.of())
            .getItems()
            .stream()
            .map(e -> e.getExperimentId())
            .toList();
    assertEquals(List.of(experiment), found);
  }

  @Test
  void startsAndEndsARun() {
    RunInfo started =
        client.createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName("first")
                .setStartTime(1_000)
                .addTags(tag("k", "v"))
                .build());
    assertEquals(RunStatus.RUNNING, started.getStatus());
    assertEquals(32, started.getRunId().length());
    assertTrue(started.getArtifactUri().endsWith("/" + started.getRunId() + "/artifacts"));

    client.setTerminated(started.getRunId(), RunStatus.FINISHED, 2_000);

    RunInfo ended = client.getRun(started.getRunId()).getInfo();
    assertEquals(RunStatus.FINISHED, ended.getStatus());
    assertEquals(1_000, ended.getStartTime());
    assertEquals(2_000, ended.getEndTime());
    assertEquals("first", ended.getRunName());
    assertEquals(
        Map.of("k", "v", "mlflow.runName", "first"), tags(client.getRun(started.getRunId())));
  }

  @Test
  void refusesTwoDifferentRunNames() {
    CreateRun request =
        CreateRun.newBuilder()
            .setExperimentId(experiment)
            .setRunName("one")
            .addTags(tag("mlflow.runName", "two"))
            .build();
    assertEquals(400, status(() -> client.createRun(request)));
  }

  @Test
  void answersNotFoundForAnUnknownRun() {
    assertEquals(404, status(() -> client.getRun("0".repeat(32))));
  }

  @Test
  void showsTheLastValueOfAMetricByStepThenTimeThenValue() {
    String run = run("metrics");
    client.logMetric(run, "m", 0.5, 100, 2);
    client.logMetric(run, "m", 0.9, 300, 1);
    assertEquals(0.5, metrics(run).get("m"));
    client.logMetric(run, "m", 0.1, 101, 2);
    assertEquals(0.1, metrics(run).get("m"));
    client.logMetric(run, "m", 0.2, 101, 2);
    client.logMetric(run, "m", 0.15, 101, 2);
    assertEquals(0.2, metrics(run).get("m"));
    assertEquals(5, client.getMetricHistory(run, "m").size());
  }

  @Test
  void keepsOneOfTwoEqualPoints() {
    String run = run("twice");
    List<Metric> points = IntStream.range(0, 1000).mapToObj(i -> metric("m", i, i, i)).toList();
    client.logBatch(run, points, List.of(), List.of());
    client.logBatch(run, points, List.of(), List.of());
    assertEquals(1000, client.getMetricHistory(run, "m").size());
  }

  @Test
  void takesNaNAndInfinity() {
    String run = run("odd numbers");
    client.logBatch(
        run,
        List.of(
            metric("nan", Double.NaN, 1, 0),
            metric("up", Double.POSITIVE_INFINITY, 1, 0),
            metric("down", Double.NEGATIVE_INFINITY, 1, 0)),
        List.of(),
        List.of());
    assertEquals(
        Map.of("nan", Double.NaN, "up", Double.MAX_VALUE, "down", -Double.MAX_VALUE), metrics(run));
  }

  @Test
  void neverChangesAParameter() {
    String run = run("params");
    client.logParam(run, "p", "1");
    client.logParam(run, "p", "1");
    assertEquals(400, status(() -> client.logParam(run, "p", "2")));
    client.logParam(run, "empty", "");
    Map<String, String> params = new TreeMap<>();
    client.getRun(run).getData().getParamsList().forEach(p -> params.put(p.getKey(), p.getValue()));
    assertEquals(Map.of("p", "1", "empty", ""), params);
  }

  @Test
  void changesAndDeletesATag() {
    String run = run("tags");
    client.setTag(run, "t", "1");
    client.setTag(run, "t", "2");
    assertEquals("2", tags(client.getRun(run)).get("t"));
    client.deleteTag(run, "t");
    assertFalse(tags(client.getRun(run)).containsKey("t"));
    assertEquals(404, status(() -> client.deleteTag(run, "t")));
  }

  @Test
  void refusesBatchesOverTheLimits() {
    String run = run("limits");
    List<Metric> metrics = IntStream.range(0, 1001).mapToObj(i -> metric("m", i, 0, i)).toList();
    List<RunTag> tags = IntStream.range(0, 101).mapToObj(i -> tag("t" + i, "")).toList();
    List<Param> params = IntStream.range(0, 101).mapToObj(i -> param("p" + i, "x")).toList();
    assertEquals(400, status(() -> client.logBatch(run, metrics, List.of(), List.of())));
    assertEquals(400, status(() -> client.logBatch(run, List.of(), params, List.of())));
    assertEquals(400, status(() -> client.logBatch(run, List.of(), List.of(), tags)));
    assertEquals(
        400,
        status(
            () -> client.logBatch(run, metrics.subList(0, 950), List.of(), tags.subList(0, 60))));
    assertEquals(Map.of(), metrics(run));
  }

  @Test
  void refusesKeysThatAreNoNames() {
    String run = run("keys");
    for (String key : List.of("a=b", "../up", "a//b", "/a", "x".repeat(251))) {
      assertEquals(400, status(() -> client.logMetric(run, key, 1)), key);
    }
    client.logMetric(run, "ok/with-all_of.these: 1", 1);
  }

  @Test
  void filtersAndSortsRuns() {
    String a = finished("a", 0.9, 10, "x");
    String b = finished("b", 0.5, 20, "x");
    String c = finished("c", 0.7, 30, "y");

    assertEquals(List.of(c, b, a), search("", List.of()));
    assertEquals(List.of(b, a), search("tags.`espalier.key` = 'x'", List.of()));
    assertEquals(List.of(c), search("tags.\"espalier.key\" != 'x'", List.of()));
    assertEquals(
        List.of(a, c),
        search("metrics.`val/accuracy` >= 0.7", List.of("metrics.`val/accuracy` DESC")));
    assertEquals(
        List.of(b),
        search(
            "params.bits = '4' and metrics.`val/accuracy` < 0.7 AND tags.`espalier.key` = 'x'",
            List.of()));
    assertEquals(
        List.of(a, b, c), search("attributes.status = 'FINISHED'", List.of("start_time ASC")));
    assertEquals(List.of(c), search("attributes.start_time > 20", List.of()));
  }

  @Test
  void refusesAFilterThatItCannotRead() {
    assertEquals(400, status(() -> search("tags.a = 'x' OR tags.b = 'y'", List.of())));
    assertEquals(400, status(() -> search("nothing at all", List.of())));
    assertEquals(400, status(() -> search("metrics.m = 'abc'", List.of())));
    assertEquals(400, status(() -> search("metrics.val/accuracy > 0.5", List.of())));
    assertEquals(400, status(() -> search("params.bits = 4", List.of())));
    assertEquals(400, status(() -> search("", List.of("metrics.val/accuracy DESC"))));
  }

  @Test
  void pagesThroughRunsAndEnds() {
    for (int i = 0; i < 5; i++) {
      finished("run" + i, 0.1, i, "x");
    }
    RunsPage page =
        client.searchRuns(List.of(experiment), "", ViewType.ACTIVE_ONLY, 2, List.of("start_time"));
    assertEquals(2, page.getItems().size());
    assertTrue(page.hasNextPage());
    page = (RunsPage) page.getNextPage();
    page = (RunsPage) page.getNextPage();
    assertEquals(1, page.getItems().size());
    assertFalse(page.hasNextPage(), "an empty token would send the client round and round");
  }

  @Test
  void hidesADeletedRunUntilItIsRestored() {
    String run = finished("gone", 0.1, 1, "x");
    client.deleteRun(run);
    assertEquals(List.of(), search("", List.of()));
    assertEquals("deleted", client.getRun(run).getInfo().getLifecycleStage());
    assertEquals(400, status(() -> client.logMetric(run, "m", 1)));
    client.restoreRun(run);
    assertEquals(List.of(run), search("", List.of()));
  }

  @Test
  void listsNoArtifactsOfARunThatHasNone() {
    String run = run("bare");
    // The client's own listArtifacts starts a Python process.
    String listed = client.sendGet("artifacts/list?run_id=" + run);
    assertTrue(listed.contains(run + "/artifacts"), listed);
    assertFalse(listed.contains("file_size"), listed);
  }

  @Test
  void keepsRegisteredModelsAndTheirVersions() {
    String name = "model " + System.nanoTime();
    String run = run("model");
    String source = client.getRun(run).getInfo().getArtifactUri() + "/model";
    client.sendPost("registered-models/create", "{\"name\": \"" + name + "\"}");
    assertEquals(
        400,
        status(() -> client.sendPost("registered-models/create", "{\"name\": \"" + name + "\"}")));
    for (int i = 0; i < 2; i++) {
      client.sendPost(
          "model-versions/create",
          "{\"name\": \"%s\", \"source\": \"%s\", \"run_id\": \"%s\"}"
              .formatted(name, source, run));
    }
    ModelVersion second = client.getModelVersion(name, "2");
    assertEquals(source, second.getSource());
    assertEquals(run, second.getRunId());
    assertEquals(ModelVersionStatus.READY, second.getStatus());
    assertEquals(
        Set.of("1", "2"),
        client.searchModelVersions("run_id='" + run + "'").getItems().stream()
            .map(ModelVersion::getVersion)
            .collect(Collectors.toSet()));
    assertEquals(404, status(() -> client.getModelVersion(name, "3")));
    assertEquals(404, status(() -> client.getModelVersion(name + " and more", "1")));
  }

  /** What a sweep sends, twice, and then as a person would look at it. */
  @Test
  void takesAWholeSweepAndTwiceIsOnce() throws Exception {
    String name = "sweep " + System.nanoTime();
    TrackedSweep sweep =
        MlflowLogTest.sweep(name.replace(' ', '-'), name, Map.of("a", "b"), Map.of());
    Registered registered = new Registered("", "", false);
    for (int i = 0; i < 2; i++) {
      try (MlflowLog log = MlflowLog.open(uri, Duration.ofSeconds(60), environment)) {
        log.begin(sweep);
        log.trial(MlflowLogTest.trial("a", 0.9));
        log.trial(MlflowLogTest.trial("b", 0.5));
        log.front(new TrackedFront(Set.of("a"), Set.of("a"), Set.of()));
        log.artifact("a", "model/network.esp", MlflowLogTest.text("a network"));
        log.artifact(sweep.key(), "front.csv", MlflowLogTest.text("trial\n"));
        var future =
            log.register(new Registration("a", name, "pareto-pick", "model", "for a test"));
        log.end(MlflowLog.Ending.KILLED, Map.of("trials.left", "3"), 9_000);
        log.drain();
        assertEquals(List.of(), log.problems());
        registered = future.get();
      }
    }

    experiment = client.getExperimentByName(name).orElseThrow().getExperimentId();
    Map<String, Run> runs = new TreeMap<>();
    client
        .searchRuns(List.of(experiment), "", ViewType.ACTIVE_ONLY, 100, List.of())
        .getItems()
        .forEach(run -> runs.put(run.getInfo().getRunName(), run));
    assertEquals(Set.of(name, "trial a", "trial b"), runs.keySet());
    assertEquals(3, search("", List.of()).size());
    Run best = Objects.requireNonNull(runs.get("trial a"));
    Run parent = Objects.requireNonNull(runs.get(name));
    assertEquals(RunStatus.KILLED, parent.getInfo().getStatus());
    assertEquals(RunStatus.FINISHED, best.getInfo().getStatus());
    assertEquals(parent.getInfo().getRunId(), tags(best).get("mlflow.parentRunId"));
    assertEquals(List.of(best.getInfo().getRunId()), search("tags.pareto = 'true'", List.of()));
    assertEquals(0.9, metrics(best.getInfo().getRunId()).get("val/accuracy"));
    assertEquals(3, client.getMetricHistory(best.getInfo().getRunId(), "val/accuracy").size());
    String listed = client.sendGet("artifacts/list?path=model&run_id=" + best.getInfo().getRunId());
    assertTrue(listed.contains("model/network.esp"), listed);
    assertEquals("1", registered.version());
    String model = client.sendGet("registered-models/get?name=" + name.replace(" ", "%20"));
    assertTrue(model.contains("pareto-pick"), model);
  }

  private List<String> search(String filter, List<String> order) {
    return client
        .searchRuns(List.of(experiment), filter, ViewType.ACTIVE_ONLY, 100, order)
        .getItems()
        .stream()
        .map(r -> r.getInfo().getRunId())
        .toList();
  }

  private String run(String name) {
    return client
        .createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(name)
                .setStartTime(5)
                .build())
        .getRunId();
  }

  private String finished(String name, double accuracy, long start, String key) {
    String id =
        client
            .createRun(
                CreateRun.newBuilder()
                    .setExperimentId(experiment)
                    .setRunName(name)
                    .setStartTime(start)
                    .addTags(tag("espalier.key", key))
                    .build())
            .getRunId();
    client.logBatch(
        id,
        List.of(metric("val/accuracy", accuracy, start, 0)),
        List.of(param("bits", "4")),
        List.of());
    client.setTerminated(id, RunStatus.FINISHED, start + 1);
    return id;
  }

  private Map<String, Double> metrics(String run) {
    return client.getRun(run).getData().getMetricsList().stream()
        .collect(Collectors.toMap(Metric::getKey, Metric::getValue));
  }

  private static Map<String, String> tags(Run run) {
    return run.getData().getTagsList().stream()
        .collect(Collectors.toMap(RunTag::getKey, RunTag::getValue));
  }

  private static int status(Executable call) {
    return assertThrows(MlflowHttpException.class, call).getStatusCode();
  }

  private static Metric metric(String key, double value, long time, long step) {
    return Metric.newBuilder().setKey(key).setValue(value).setTimestamp(time).setStep(step).build();
  }

  private static Param param(String key, String value) {
    return Param.newBuilder().setKey(key).setValue(value).build();
  }

  private static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }
}
