package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The files of a sweep as artifacts of its runs. */
record SweepArtifacts(MlflowLog log, String sweepKey, SweepSnapshot finished) {
  /** Below the artifacts of a trial's run: what the registry points to. */
  static final String MODEL_FOLDER = "model";

  private static final String MODEL = MODEL_FOLDER + "/network.esp";
  private static final String NETWORK = "network";
  private static final String LAYERS_HEAD =
      "layer,kind,shape,prunable,weights,nonzero,sparsity,values,macs,macs_nonzero,encoding,bytes";

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
      byte[] table = csv(done.layers()).getBytes(StandardCharsets.UTF_8);
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

  /**
   * The layers of a trial as CSV, which MLflow shows as a table. Its preview shows booleans as
   * nothing, so they are yes and no.
   */
  static String csv(List<LayerRow> layers) {
    return layers.stream()
        .map(SweepArtifacts::line)
        .collect(Collectors.joining("\n", LAYERS_HEAD + "\n", "\n"));
  }

  private static String line(LayerRow layer) {
    double sparsity = layer.weights() == 0 ? 0 : 1 - (double) layer.nonzero() / layer.weights();
    String shape = layer.shape().stream().map(String::valueOf).collect(Collectors.joining("x"));
    return String.join(
        ",",
        quoted(layer.name()),
        layer.kind(),
        shape,
        layer.prunable() ? "yes" : "no",
        String.valueOf(layer.weights()),
        String.valueOf(layer.nonzero()),
        String.format(Locale.ROOT, "%.4f", sparsity),
        String.valueOf(layer.values()),
        String.valueOf(layer.macs()),
        String.valueOf(layer.macsNonzero()),
        layer.encoding(),
        String.valueOf(layer.bytes()));
  }

  /** Names of a user's own layers may have anything in them. */
  private static String quoted(String name) {
    return name.matches("[\\w./: -]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
