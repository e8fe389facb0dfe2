package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.cluster;
import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.prune;
import static dev.espalier.workers.TinyStages.run;
import static dev.espalier.workers.TinyStages.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages whose results another version of the program measured. */
class MeasureAgainTest {
  private static final PlannedStage TRAIN = train();
  private static final PlannedStage PRUNE = prune(TRAIN, "0.8", Scope.FLAT);
  private static final PlannedStage TUNE = fineTune(PRUNE, 1, List.of(), true);
  private static final PlannedStage CLUSTER = cluster(TUNE, 4);

  @TempDir static Path original;
  @TempDir Path folder;

  @BeforeAll
  static void runAll() throws Exception {
    run(original, TRAIN, PRUNE, TUNE, CLUSTER);
  }

  @Test
  void endsInTheResultOfToday() throws Exception {
    for (PlannedStage stage : List.of(TRAIN, PRUNE, TUNE, CLUSTER)) {
      Path stages = TinyStages.copy(original, folder.resolve(stage.id().brief()));
      makeOlder(stages, stage.id());
      List<String> before = names(stages, stage.id());

      assertEquals(run(original, stage), run(stages, stage), "seconds of training included");
      assertEquals(
          run(original, stage), new CheckpointStore(stages).find(stage.id()).orElseThrow());
      assertEquals(before, names(stages, stage.id()), "no file more and none less");
    }
  }

  @Test
  void needsNoStageBeforeIt() throws Exception {
    Path stages = TinyStages.copy(original, folder.resolve("alone"));
    makeOlder(stages, TUNE.id());
    CheckpointStore store = new CheckpointStore(stages);
    store.remove(TRAIN.id());
    store.remove(PRUNE.id());

    assertEquals(run(original, TUNE), run(stages, TUNE), "training would need the pruned network");
  }

  @Test
  void trainsNothing() throws Exception {
    Path stages = TinyStages.copy(original, folder.resolve("changed"));
    // Weights that no training reaches: those of the pruned network in the baseline's place.
    byte[] pruned = new CheckpointStore(stages).read(PRUNE.id(), "network");
    DataFile file = new DataFile("network-x.esp", StageId.sha256(pruned), pruned.length);
    Files.write(stages.resolve(TRAIN.id().hex()).resolve(file.name()), pruned);
    makeOlder(stages, TRAIN.id(), Map.of("network", file));

    StageResult.Done measured = run(stages, TRAIN);
    assertEquals(
        Set.of(Metrics.OUTPUT_DEVIATION),
        run(original, PRUNE).metrics().without(measured.metrics()).values().keySet(),
        "a baseline does not deviate from itself");
    assertEquals(run(original, TRAIN).curve(), measured.curve());
  }

  @Test
  void survivesAProcessThatDiedBetweenItsCommitAndTheEndOfItsMarker() throws Exception {
    Path stages = TinyStages.copy(original, folder.resolve("marked"));
    makeOlder(stages, PRUNE.id());
    StageResult.Done expected = run(original, PRUNE);
    // Its files are committed, and it looks dead: another process, of the same name otherwise.
    String attempt = network(expected).name().replaceAll("network-|\\.esp", "");
    Path stage = stages.resolve(PRUNE.id().hex());
    String dead = attempt.replaceFirst("-\\d+-\\d+-", "-" + pidOfTheDead() + "-1000-");
    for (String name : names(stages, PRUNE.id())) {
      Files.move(stage.resolve(name), stage.resolve(name.replace(attempt, dead)));
    }
    Path result = stage.resolve("result.json");
    Files.writeString(result, Files.readString(result).replace(attempt, dead));
    Files.writeString(stage.resolve("started-" + dead), "");
    Files.writeString(stage.resolve("result-" + dead + ".tmp"), "half a res");

    StageResult.Done found = run(stages, PRUNE);
    assertEquals(expected.metrics(), found.metrics());
    assertEquals(network(expected).sha256(), network(found).sha256());
    assertTrue(new CheckpointStore(stages).find(PRUNE.id()).isPresent());
    assertEquals(2, names(stages, PRUNE.id()).size(), "network and result");
  }

  @Test
  void aNetworkThatTheEncoderOfTodayWritesOtherwiseIsWrittenAnew() throws Exception {
    Path stages = TinyStages.copy(original, folder.resolve("encoder"));
    makeOlder(stages, PRUNE.id());
    CheckpointStore store = new CheckpointStore(stages);
    StageResult.Done before = store.find(PRUNE.id()).orElseThrow();
    Checkpoints checkpoints = new Checkpoints(store);
    byte[] first = CompressedNetwork.firstVersion(store.read(PRUNE.id(), "network"));
    CompressedNetwork otherwise = CompressedNetwork.encode(List.of());
    State none = new State(null, List.of(), Map.of(), Set.of(), null, List.of());
    try (Attempt attempt = store.begin(PRUNE.id())) {
      checkpoints.keep(attempt, before, none, otherwise);
      attempt.commit(
          new StageResult.Done(
              PRUNE.id(),
              Metrics.NONE,
              List.of(),
              List.of(),
              Map.of(),
              attempt.files(),
              before.environment(),
              0));
    }

    StageResult.Done after = store.find(PRUNE.id()).orElseThrow();
    byte[] written = store.read(PRUNE.id(), "network");
    assertArrayEquals(otherwise.bytes(), CompressedNetwork.firstVersion(written));
    assertEquals(2, NetworkFile.decode(written).version());
    assertNotEquals(first.length, CompressedNetwork.firstVersion(written).length);
    assertNotEquals(before.files(), after.files());
    assertEquals(2, names(stages, PRUNE.id()).size(), "the old network is gone");
  }

  /** As an older version would have left it: other metrics, another version. */
  private static void makeOlder(Path stages, StageId id) throws IOException {
    makeOlder(stages, id, new CheckpointStore(stages).find(id).orElseThrow().files());
  }

  private static void makeOlder(Path stages, StageId id, Map<String, DataFile> files)
      throws IOException {
    StageResult.Done done = new CheckpointStore(stages).find(id).orElseThrow();
    StageResult.Done older =
        new StageResult.Done(
            id,
            StageResult.MEASURE_VERSION - 1,
            new Metrics(Map.of(Metrics.VAL_ACCURACY, -1.0)),
            done.curve(),
            done.layers(),
            Map.of(),
            files,
            done.environment(),
            done.seconds());
    Files.writeString(stages.resolve(id.hex()).resolve("result.json"), ResultJson.write(older));
  }

  private static long pidOfTheDead() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private static List<String> names(Path stages, StageId id) throws IOException {
    try (Stream<Path> files = Files.list(stages.resolve(id.hex()))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
