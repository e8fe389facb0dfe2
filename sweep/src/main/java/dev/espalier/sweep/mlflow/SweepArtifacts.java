package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.run.Finished;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/** The files of a sweep as artifacts of its runs. */
record SweepArtifacts(MlflowLog log, String sweepKey, Finished finished) {
  /** Below the artifacts of a trial's run: what the registry points to. */
  static final String MODEL_FOLDER = "model";

  private static final String MODEL = MODEL_FOLDER + "/network.esp";
  private static final String NETWORK = "network";
  private static final List<String> FILES =
      List.of("report.html", "front.csv", "front.svg", "spec.yaml", "plan.json", "results.jsonl");

  /** To the parent run: the report, where one was written, the front, and what was asked for. */
  void sendSweep() {
    Storage files = finished.directory().files();
    for (String name : FILES) {
      log.artifact(sweepKey, name, () -> there(() -> files.read(name)));
    }
  }

  /**
   * To the run of a trial: its layers, and its network as the encoder wrote it, where the
   * checkpoint of its last stage is still there.
   */
  void sendTrial(String trial) {
    StageId last = new StageId(trial);
    if (finished.stages().get(last) instanceof StageResult.Done done) {
      byte[] table = LayerTable.csv(done.layers()).getBytes(StandardCharsets.UTF_8);
      log.artifact(trial, "layers.csv", () -> Optional.of(table));
    }
    CheckpointStore store = finished.directory().store();
    log.artifact(trial, MODEL, () -> there(() -> store.read(last, NETWORK)));
  }

  private interface Reading {
    byte[] read() throws IOException;
  }

  private static Optional<byte[]> there(Reading reading) throws IOException {
    try {
      return Optional.of(reading.read());
    } catch (FileNotFoundException | NoSuchFileException gone) {
      return Optional.empty();
    }
  }
}
