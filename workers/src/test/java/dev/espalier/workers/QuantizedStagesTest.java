package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.cluster;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.prune;
import static dev.espalier.workers.TinyStages.recipe;
import static dev.espalier.workers.TinyStages.run;
import static dev.espalier.workers.TinyStages.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Dataset.Split;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.NumberFormat;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.Lowering;
import dev.espalier.workers.int8.Rounding;
import dev.espalier.workers.measure.BaselineOutputs;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.OnnxModel;
import dev.espalier.workers.onnx.OnnxRun;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.quantize.QuantizedKernel;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.QuantizeParameters;
import dev.espalier.workers.stage.QuantizeToInt8;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import dev.espalier.workers.tflite.Decoded;
import dev.espalier.workers.tflite.TfliteModel;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that are quantized, as a worker runs the stages. */
class QuantizedStagesTest {
  private static final int CENTROIDS = 6;
  private static final PlannedStage TRAIN = train();
  private static final PlannedStage PRUNE = prune(TRAIN, "0.5", Scope.FLAT);
  private static final PlannedStage CLUSTER = cluster(PRUNE, CENTROIDS);
  private static final PlannedStage INT8 = int8(TRAIN, "100");
  private static final PlannedStage PRUNED_INT8 = int8(PRUNE, "100");
  private static final PlannedStage SHARED_INT8 = int8(CLUSTER, "99.9");

  @TempDir static Path folder;

  private static PlannedStage int8(PlannedStage from, String percentile) {
    QuantizeToInt8 stage = new QuantizeToInt8(100, new BigDecimal(percentile), List.of());
    return planned(stage, from, List.of(), false);
  }

  private static PlannedStage parameters(PlannedStage from, NumberFormat format) {
    return planned(new QuantizeParameters(format), from, List.of(), false);
  }

  @BeforeAll
  static void runAll() throws Exception {
    run(folder, TRAIN, PRUNE, CLUSTER, INT8, PRUNED_INT8, SHARED_INT8);
  }

  /** One image after another by the plain reference, against the journal. */
  @Test
  void theAccuracyIsThatOfTheIntegerReferenceImageByImage() throws Exception {
    for (PlannedStage stage : List.of(INT8, SHARED_INT8)) {
      IntegerNetwork network = integers(stage);
      IntegerReference reference = new IntegerReference(network, Rounding.TFLM);
      Dataset data = Datasets.load(TinyStages.SETUP.source(), null);
      StageResult.Done done = done(stage);
      BitSet correct = BitSet.valueOf(Base64.getDecoder().decode(done.correct().get("val")));
      int right = 0;
      for (int i = 0; i < data.size(Split.VALIDATION); i++) {
        byte[] pixels = data.bytes(Split.VALIDATION, i, 1);
        for (int p = 0; p < pixels.length; p++) {
          pixels[p] = (byte) ((pixels[p] & 0xFF) - 128);
        }
        boolean isRight =
            mostProbable(reference.probabilities(pixels)) == data.label(Split.VALIDATION, i);
        assertEquals(isRight, correct.get(i), "image " + i);
        right += isRight ? 1 : 0;
      }
      assertEquals(
          (double) right / data.size(Split.VALIDATION), done.metrics().get(Metrics.VAL_ACCURACY));
    }
  }

  /**
   * ONNX Runtime rounds in its own way. These networks are hardly trained, and one step of their
   * 8-bit logits is half a nat, so that close classes change places in some images.
   */
  @Test
  void onnxRuntimeClassifiesAsTheJournal() throws Exception {
    Dataset data = Datasets.load(TinyStages.SETUP.source(), null);
    int count = data.size(Split.VALIDATION);
    for (PlannedStage stage : List.of(INT8, PRUNED_INT8, SHARED_INT8)) {
      IntegerNetwork network = integers(stage);
      byte[] model = OnnxModel.encode(network, data.classNames(), Map.of());
      byte[] pixels = data.bytes(Split.VALIDATION, 0, count);
      OnnxRun run = OnnxRun.of(model, network.image(), pixels, count);
      BitSet correct = BitSet.valueOf(Base64.getDecoder().decode(done(stage).correct().get("val")));
      int others = 0;
      for (int i = 0; i < count; i++) {
        float[] probabilities = run.probabilities()[i];
        int best = 0;
        for (int c = 1; c < probabilities.length; c++) {
          best = probabilities[c] > probabilities[best] ? c : best;
        }
        others += (best == data.label(Split.VALIDATION, i)) == correct.get(i) ? 0 : 1;
      }
      assertTrue(others <= 0.1 * count, others + " of " + count);
    }
  }

  private static int mostProbable(byte[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c] > probabilities[best] ? c : best;
    }
    return best;
  }

  @Test
  void kernelsAreIntegersTimesTheScalesThatTheFileHas() throws Exception {
    NetworkFile file = file(INT8);
    Precision.Int8 precision = assertInstanceOf(Precision.Int8.class, file.precision());
    for (Tensor tensor : file.tensors()) {
      if (tensor.kind().isKernel()) {
        List<Float> scales = Objects.requireNonNull(precision.scales().get(tensor.name()));
        assertEquals(tensor.kind() == Tensor.Kind.DENSE ? 1 : tensor.shape().get(0), scales.size());
        assertArrayEquals(
            tensor.values(), QuantizedKernel.recovered(tensor, scales).values(), tensor.name());
      }
    }
    assertEquals(
        Set.copyOf(Lowering.observed(Objects.requireNonNull(file.table()))),
        precision.activations().keySet());
  }

  @Test
  void prunedWeightsStayZero() throws Exception {
    List<Tensor> pruned = file(PRUNE).tensors();
    List<Tensor> quantized = file(PRUNED_INT8).tensors();
    for (int i = 0; i < pruned.size(); i++) {
      float[] before = pruned.get(i).values();
      float[] after = quantized.get(i).values();
      for (int j = 0; j < before.length; j++) {
        if (pruned.get(i).kind().isKernel() && Float.floatToRawIntBits(before[j]) == 0) {
          assertEquals(0, Float.floatToRawIntBits(after[j]), pruned.get(i).name());
        }
      }
    }
    double before = done(PRUNE).metrics().get(Metrics.SPARSITY_ACHIEVED);
    assertTrue(done(PRUNED_INT8).metrics().get(Metrics.SPARSITY_ACHIEVED) >= before);
  }

  /** The plain file, a compressed one and the journal have the same integers. */
  @Test
  void sharedValuesBecomeAtMostAsManyIntegersWithOneScale() throws Exception {
    NetworkFile file = file(SHARED_INT8);
    Precision.Int8 precision = assertInstanceOf(Precision.Int8.class, file.precision());
    List<Tensor> decoded =
        CompressedNetwork.decode(
            CompressedNetwork.encode(file.tensors(), precision.scales()).bytes());
    int shared = 0;
    for (int i = 0; i < decoded.size(); i++) {
      Tensor tensor = decoded.get(i);
      List<Float> scales = precision.scales().get(tensor.name());
      if (scales != null && file(CLUSTER).holds().containsKey(tensor.name())) {
        assertEquals(1, scales.size(), tensor.name());
        byte[] integers = QuantizedKernel.recovered(tensor, scales).integers();
        assertArrayEquals(
            QuantizedKernel.recovered(file.tensors().get(i), scales).integers(), integers);
        assertTrue(different(integers) <= CENTROIDS, tensor.name());
        shared++;
      }
    }
    assertTrue(shared > 10);
    assertTrue(done(SHARED_INT8).metrics().get(Metrics.VALUES_MAX) <= CENTROIDS);
  }

  /** Kernels lie in another order there, and batch norm may change the signs of a channel. */
  @Test
  void filesForDevicesHaveTheIntegersOfTheCheckpoint() throws Exception {
    NetworkFile checkpoint = file(SHARED_INT8);
    Precision precision = Objects.requireNonNull(checkpoint.precision());
    List<String> expected = new ArrayList<>();
    for (Tensor tensor : checkpoint.tensors()) {
      if (tensor.kind().isKernel()) {
        List<Float> scales = Objects.requireNonNull(precision.kernelScales().get(tensor.name()));
        expected.add(magnitudes(QuantizedKernel.recovered(tensor, scales).integers()));
      }
    }
    TfliteModel plain = TfliteModel.of(integers(SHARED_INT8));
    for (TfliteModel model : List.of(plain, plain.compressed())) {
      Map<String, byte[]> kernels = Decoded.kernels(model.file());
      List<String> found = new ArrayList<>();
      int shared = 0;
      for (Map.Entry<String, byte[]> kernel : kernels.entrySet()) {
        if (!kernel.getKey().startsWith("normalize")) {
          found.add(magnitudes(kernel.getValue()));
          shared += different(kernel.getValue()) <= CENTROIDS ? 1 : 0;
        }
      }
      assertEquals(expected.stream().sorted().toList(), found.stream().sorted().toList());
      assertEquals(expected.size(), shared);
    }
  }

  private static String magnitudes(byte[] integers) {
    byte[] magnitudes = new byte[integers.length];
    for (int i = 0; i < integers.length; i++) {
      magnitudes[i] = (byte) Math.abs(integers[i]);
    }
    Arrays.sort(magnitudes);
    return Arrays.toString(magnitudes);
  }

  /** How many other integers than 0 there are. */
  private static long different(byte[] integers) {
    Set<Byte> different = new HashSet<>();
    for (byte integer : integers) {
      different.add(integer);
    }
    different.remove((byte) 0);
    return different.size();
  }

  @Test
  void measuresTheFileAndTheMemoryOfTheIntegerNetworkToo() throws Exception {
    Metrics metrics = done(INT8).metrics();
    assertEquals(8, metrics.get(Metrics.BITS_ACTIVATIONS));
    TfliteModel model = TfliteModel.of(integers(INT8));
    assertEquals(model.file().length, metrics.get(Metrics.SIZE_TFLITE_INT8_BYTES));
    assertEquals(model.file().length, metrics.get(Metrics.FLASH_BYTES));
    assertEquals(model.arenaBytes(), metrics.get(Metrics.ARENA_INT8_BYTES));
    TfliteModel compressed = model.compressed();
    assertEquals(compressed.file().length, metrics.get(Metrics.SIZE_TFLM_COMPRESSED_BYTES));
    assertEquals(compressed.arenaBytes(), metrics.get(Metrics.ARENA_COMPRESSED_BYTES));
    Metrics shared = done(SHARED_INT8).metrics();
    assertTrue(
        shared.get(Metrics.SIZE_TFLM_COMPRESSED_BYTES)
            < 0.9 * shared.get(Metrics.SIZE_TFLITE_INT8_BYTES));
    assertTrue(shared.get(Metrics.ARENA_COMPRESSED_BYTES) > shared.get(Metrics.ARENA_INT8_BYTES));
    Metrics dense = done(TRAIN).metrics();
    assertTrue(Double.isNaN(dense.get(Metrics.SIZE_TFLITE_INT8_BYTES)));
    assertTrue(Double.isNaN(dense.get(Metrics.SIZE_TFLM_COMPRESSED_BYTES)));
    assertEquals(dense.get(Metrics.SIZE_TFLITE_BYTES), dense.get(Metrics.FLASH_BYTES));
    assertTrue(
        metrics.get(Metrics.SIZE_COMPRESSED_BYTES)
            < 0.4 * dense.get(Metrics.SIZE_COMPRESSED_BYTES));
  }

  @Test
  void outputsDeviateFromTheBaselineAsMuchAsTheyDiffer() throws Exception {
    assertEquals(0, done(TRAIN).metrics().get(Metrics.OUTPUT_DEVIATION));
    double quantized = done(INT8).metrics().get(Metrics.OUTPUT_DEVIATION);
    double pruned = done(PRUNE).metrics().get(Metrics.OUTPUT_DEVIATION);
    assertTrue(quantized > 0 && quantized < 0.05, "" + quantized);
    assertTrue(pruned > quantized, pruned + " " + quantized);
  }

  @Test
  void theDeviationIsTheMeanDifferenceOfProbabilities() throws Exception {
    Dataset data = Datasets.load(TinyStages.SETUP.source(), null);
    int count = data.size(Split.VALIDATION);
    float[] images = new float[count * data.facts().pixels()];
    data.images(Split.VALIDATION, 0, count, images);
    Checkpoints checkpoints = new Checkpoints(new CheckpointStore(folder));
    try (TrainableNetwork dense = checkpoints.network(done(TRAIN));
        TrainableNetwork pruned = checkpoints.network(done(PRUNE))) {
      float[] before = dense.predict(images, count);
      float[] after = pruned.predict(images, count);
      double sum = 0;
      for (int i = 0; i < before.length; i++) {
        sum += Math.abs(before[i] - after[i]);
      }
      assertEquals(sum / before.length, done(PRUNE).metrics().get(Metrics.OUTPUT_DEVIATION), 1e-6);
    }
  }

  @Test
  void aBaselineThatIsGoneIsNoFailure() throws Exception {
    Stage another = new Train(TinyStages.TINY, TinyStages.digest(), recipe("0.04", "0"), 1);
    PlannedStage never = prune(planned(another, null, List.of(), false), "0.5", Scope.FLAT);
    Dataset data = Datasets.load(TinyStages.SETUP.source(), null);
    CheckpointStore empty = new CheckpointStore(folder.resolve("empty"));
    assertInstanceOf(BaselineOutputs.Gone.class, Baselines.of(never, empty, data));
  }

  @Test
  void equalStagesGiveEqualBits() throws Exception {
    String first = network(done(INT8)).sha256();
    Path again = folder.resolve("again");
    run(again, TRAIN);
    assertEquals(first, network(run(again, INT8)).sha256());
  }

  @Test
  void parametersOfFewerBitsAreTheNearestNumbersThatThereAre() throws Exception {
    PlannedStage half = parameters(TRAIN, NumberFormat.FLOAT16);
    PlannedStage weights = parameters(TRAIN, NumberFormat.INT8_WEIGHTS);
    assertEquals(16, run(folder, half).metrics().get(Metrics.BITS_WEIGHTS));
    StageResult.Done eight = run(folder, weights);
    assertEquals(8, eight.metrics().get(Metrics.BITS_WEIGHTS));
    assertEquals(32, eight.metrics().get(Metrics.BITS_ACTIVATIONS));
    List<Tensor> exact = file(TRAIN).tensors();
    for (int i = 0; i < exact.size(); i++) {
      float[] values = exact.get(i).values();
      float[] halves = file(half).tensors().get(i).values();
      for (int j = 0; j < values.length; j++) {
        assertEquals(values[j], halves[j], Math.abs(values[j]) / 2048 + 0x1p-25f);
      }
      if (!exact.get(i).kind().isKernel()) {
        assertArrayEquals(values, file(weights).tensors().get(i).values());
      }
    }
    assertArrayEquals(
        file(INT8).tensors().get(0).values(), file(weights).tensors().get(0).values());
  }

  private static IntegerNetwork integers(PlannedStage stage) throws Exception {
    NetworkFile file = file(stage);
    Dataset data = Datasets.load(TinyStages.SETUP.source(), null);
    return Lowering.of(
        new WeightedNetwork(Objects.requireNonNull(file.table()), file.tensors()),
        assertInstanceOf(Precision.Int8.class, file.precision()),
        data.normalization().channels());
  }

  private static StageResult.Done done(PlannedStage stage) throws IOException {
    return new CheckpointStore(folder).find(stage.id()).orElseThrow();
  }

  private static NetworkFile file(PlannedStage stage) throws IOException {
    return NetworkFile.decode(new CheckpointStore(folder).read(stage.id(), "network"));
  }
}
