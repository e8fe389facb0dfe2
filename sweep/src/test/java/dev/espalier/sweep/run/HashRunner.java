package dev.espalier.sweep.run;

import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A worker without networks: its weights are the hash of all that was done to reach them, so that
 * equal weights mean equal work. It writes real checkpoints, and notes each stage that it runs in
 * an append-only file.
 *
 * @param millis that an epoch takes, and any other stage
 * @param fault what goes wrong, in the stage whose label is {@code faulty}
 */
public record HashRunner(
    CheckpointStore store, String notes, long millis, Fault fault, String faulty)
    implements StageRunner {

  private static final List<String> NAMES =
      List.of(
          Metrics.VAL_LOSS,
          Metrics.PARAMS_TOTAL,
          Metrics.PARAMS_NONZERO,
          Metrics.MACS_DENSE,
          Metrics.MACS_NONZERO,
          Metrics.SIZE_DENSE_BYTES);

  private static final int LAYERS = 21;

  public static final Environment HERE = new Environment("hash", "none", "none", "17");

  /** What may go wrong. */
  public enum Fault {
    NONE,
    DIVERGES,
    FAILS,
    THROWS,
    /** The process dies between its data and its result. */
    HALTS_BEFORE_COMMIT,
    /** The process dies, but its neighbours have had time to start. */
    HALTS
  }

  /** What a stage comes to whose checkpoint another machine keeps. */
  public static StageResult elsewhere(PlannedStage planned) {
    return done(planned, planned.id().hex(), Map.of());
  }

  /** A runner in which nothing goes wrong. */
  public static HashRunner faultless(CheckpointStore store, Path notes, long millis) {
    return new HashRunner(store, notes.toString(), millis, Fault.NONE, "");
  }

  HashRunner with(Fault newFault, String label) {
    return new HashRunner(store, notes, millis, newFault, label);
  }

  @Override
  public StageResult run(PlannedStage planned) throws InterruptedException {
    note(planned.label());
    boolean isFaulty = planned.label().equals(faulty);
    try (Attempt attempt = store.begin(planned.id())) {
      if (isFaulty && fault == Fault.DIVERGES) {
        return new StageResult.Failed(planned.id(), StageResult.Cause.DIVERGED, "NaN", 0.5);
      }
      if (isFaulty && fault == Fault.FAILS) {
        return new StageResult.Failed(planned.id(), StageResult.Cause.ERROR, "disk full", 0.5);
      }
      if (isFaulty && fault == Fault.THROWS) {
        throw new IllegalStateException("a bug");
      }
      String weights = work(planned);
      if (isFaulty && fault == Fault.HALTS) {
        Runtime.getRuntime().halt(137);
      }
      attempt.write("weights", "txt", weights.getBytes(StandardCharsets.UTF_8));
      if (isFaulty && fault == Fault.HALTS_BEFORE_COMMIT) {
        Runtime.getRuntime().halt(137);
      }
      return attempt.commit(done(planned, weights, attempt.files()));
    } catch (IOException e) {
      return new StageResult.Failed(planned.id(), StageResult.Cause.ERROR, e.toString(), 0);
    }
  }

  private String work(PlannedStage planned) throws IOException, InterruptedException {
    int epochs = planned.stage().epochs();
    String what = planned.stage().canonical().lines().findFirst().orElseThrow();
    if (epochs == 0) {
      Thread.sleep(millis);
      return hash(start(planned) + planned.stage().canonical());
    }
    int reached = 0;
    String weights = start(planned);
    for (StageId earlier : planned.earlier()) {
      Optional<StageResult.Done> done = store.find(earlier);
      if (done.isPresent()) {
        reached = done.get().curve().size();
        weights = new String(store.read(earlier, "weights"), StandardCharsets.UTF_8);
        break;
      }
    }
    for (int epoch = reached + 1; epoch <= epochs; epoch++) {
      Thread.sleep(millis);
      weights = hash(weights + what + epoch);
    }
    return weights;
  }

  private String start(PlannedStage planned) throws IOException {
    StageId from = planned.from();
    return from == null ? "" : new String(store.read(from, "weights"), StandardCharsets.UTF_8);
  }

  /** As much as a ResNet18 leaves, and as consistent. */
  private static StageResult.Done done(
      PlannedStage planned, String weights, Map<String, DataFile> files) {
    double share = Integer.parseInt(weights.substring(0, 6), 16) / (double) (1 << 24);
    long bytes = Integer.parseInt(weights.substring(6, 12), 16);
    BitSet validation = right(weights, share, planned.setup().data().validation());
    BitSet test = right(weights, share, planned.setup().data().test());
    double accuracy = (double) validation.cardinality() / planned.setup().data().validation();
    List<LayerRow> layers =
        IntStream.range(0, LAYERS).mapToObj(layer -> row("layer" + layer, bytes)).toList();
    LayerRow first = layers.get(0);
    Map<String, Double> metrics = new TreeMap<>();
    for (String name : NAMES) {
      metrics.put(name, share / name.length());
    }
    metrics.put(Metrics.VAL_ACCURACY, accuracy);
    metrics.put(Metrics.TEST_ACCURACY, (double) test.cardinality() / planned.setup().data().test());
    metrics.put(Metrics.TEST_LOSS, Double.NaN);
    metrics.put(Metrics.SIZE_COMPRESSED_BYTES, (double) bytes);
    metrics.put(
        Metrics.SPARSITY_ACHIEVED,
        (double) (LAYERS * (first.weights() - first.nonzero())) / (LAYERS * first.weights()));
    metrics.put(Metrics.VALUES_MAX, (double) first.values());
    metrics.put(Metrics.LAYERS_COLLAPSED, first.nonzero() == 0 ? LAYERS : 0.0);
    Metrics point =
        new Metrics(Map.of(Metrics.TRAIN_LOSS, accuracy, Metrics.VAL_ACCURACY, accuracy));
    return new StageResult.Done(
        planned.id(),
        new Metrics(metrics),
        IntStream.rangeClosed(1, planned.stage().epochs())
            .mapToObj(epoch -> new EpochMetrics(epoch, point))
            .toList(),
        layers,
        Map.of(
            "val",
            base64(validation, planned.setup().data().validation()),
            "test",
            base64(test, planned.setup().data().test())),
        files,
        HERE,
        0.5);
  }

  /** Which images are right: those whose place in a row of their own is below {@code share}. */
  private static BitSet right(String weights, double share, int images) {
    Random random = new Random(weights.hashCode());
    BitSet right = new BitSet();
    for (int i = 0; i < images; i++) {
      right.set(i, random.nextDouble() < share);
    }
    return right;
  }

  private static String base64(BitSet right, int images) {
    return Base64.getEncoder().encodeToString(Arrays.copyOf(right.toByteArray(), (images + 7) / 8));
  }

  private static LayerRow row(String name, long bytes) {
    List<Integer> shape = List.of(64, 64, 3, 3);
    return new LayerRow(
        name, "conv", shape, true, 36864, bytes / 456, 16, 37748736, bytes, "codebook", bytes / 21);
  }

  private void note(String label) {
    try (FileOutputStream out = new FileOutputStream(notes, true)) {
      out.write((label + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hash(String text) {
    return StageId.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
