package dev.espalier.workers.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.PaddedNets;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.int8.Rounding;
import dev.espalier.workers.model.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import onnx.OnnxMl.ModelProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ONNX Runtime computes every operation on integers as the reference does, but for its rounding: it
 * multiplies sums by 32-bit floats, and rounds halves to the even neighbour.
 */
class QuantizedModelTest {
  @TempDir private Path folder = Path.of("");

  /** How many values were compared, and how many differ. */
  private int values;

  private int others;

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.25, 16, 3",
    "mobilenetv2, 0.35, 16, 3",
    "mnist-cnn, 0.25, 28, 1",
    "mnist-cnn, 0.5, 13, 3"
  })
  void isAStepOffAtMostOnOurArchitectures(String name, String width, int size, int channels)
      throws Exception {
    Network network = Widths.network(name, width, size, channels);
    assertAStepOffAtMost(QuantizedNets.of(network, Widths.values(network, 3), 4, 4));
    assertTrue(others < 0.005 * values, others + " of " + values);
  }

  @Test
  void isAStepOffAtMostOnEveryKindOfRow() throws Exception {
    assertAStepOffAtMost(QuantizedNets.drawn(Nets.everything(), 4, 1));
    assertAStepOffAtMost(QuantizedNets.drawn(Nets.small(), 4, 1));
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 60; round++) {
      assertAStepOffAtMost(QuantizedNets.drawn(PaddedNets.random(random), 2, round));
      assertAStepOffAtMost(QuantizedNets.drawn(Widths.random(random), 2, round));
    }
    assertTrue(others > 0 && others < 0.01 * values, others + " of " + values);
  }

  @ParameterizedTest
  @CsvSource({"resnet18, 0.125", "mobilenetv2, 0.35", "mnist-cnn, 0.25"})
  void integersAreWhatOnnxRuntimeComputesWith(String name, String width) throws Exception {
    Network network = Widths.network(name, width, 16, 3);
    IntegerNetwork integers = QuantizedNets.of(network, Widths.values(network, 3), 1, 4).integers();
    Path optimized = folder.resolve("optimized.onnx");
    try (OrtSession.SessionOptions options = OnnxRun.options()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
      options.setOptimizedModelFilePath(optimized.toString());
      OrtEnvironment.getEnvironment().createSession(encode(integers), options).close();
    }
    ModelProto fused = ModelProto.parseFrom(Files.readAllBytes(optimized));
    assertEquals(count(integers, IntegerOp.Convolution.class), count(fused, "QLinearConv"));
    assertEquals(count(integers, IntegerOp.Add.class), count(fused, "QLinearAdd"));
    assertEquals(count(integers, IntegerOp.Dense.class), count(fused, "QGemm"));
    assertEquals(0, count(fused, "Conv") + count(fused, "Gemm") + count(fused, "Add"));
  }

  @Test
  void givesLogitsAndProbabilitiesOfEightBits() throws Exception {
    QuantizedNets nets = QuantizedNets.drawn(Nets.everything(), 2, 1);
    IntegerNetwork network = nets.integers();
    byte[] pixels = OnnxRun.pixels(network.image(), 3, 2);
    OnnxRun run = OnnxRun.of(encode(network), network.image(), pixels, 3);
    float step = network.logits().affine().scale();
    for (int i = 0; i < 3; i++) {
      for (int c = 0; c < network.classes(); c++) {
        double logit = run.logits()[i][c] / step;
        assertEquals(Math.rint(logit), logit, 1e-3);
        assertEquals(0, Math.IEEEremainder(run.probabilities()[i][c], 1.0 / 256));
      }
    }
  }

  @Test
  void saysWhatItIsAsTheFileOfFloatsDoes() throws Exception {
    IntegerNetwork network = QuantizedNets.drawn(Nets.everything(), 1, 1).integers();
    assertArrayEquals(encode(network), encode(network));
    ModelProto model = ModelProto.parseFrom(encode(network));
    assertEquals(13, model.getOpsetImport(0).getVersion());
    assertEquals("pixels", model.getGraph().getInput(0).getName());
    assertEquals("logits", model.getGraph().getOutput(0).getName());
    assertEquals("probabilities", model.getGraph().getOutput(1).getName());
    assertEquals("labels", model.getMetadataProps(0).getKey());
    assertEquals("cat\ndog\nfish\nfrog", model.getMetadataProps(0).getValue());
  }

  /** Each operation on the integers that ONNX Runtime gives it. */
  private void assertAStepOffAtMost(QuantizedNets nets) throws Exception {
    IntegerNetwork network = nets.integers();
    IntegerReference reference = new IntegerReference(network, Rounding.TFLM);
    try (QuantizedRun run = QuantizedRun.of(encode(network), network)) {
      for (byte[] image : nets.images()) {
        Map<String, byte[]> found = run.run(image);
        assertArrayEquals(image, found.get(IntegerNetwork.PIXELS));
        for (IntegerOp op : network.ops()) {
          byte[] integers = Objects.requireNonNull(found.get(op.name()));
          compare(op, reference.value(op, found), integers);
        }
      }
    }
  }

  private void compare(IntegerOp op, byte[] expected, byte[] found) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < found.length; i++) {
      int difference = Math.abs(expected[i] - found[i]);
      int most = op instanceof IntegerOp.Pad ? 0 : 1;
      assertTrue(difference <= most, op.name() + " " + expected[i] + " " + found[i]);
      others += difference;
    }
    values += found.length;
  }

  private static byte[] encode(IntegerNetwork network) {
    return OnnxModel.encode(network, List.of("cat", "dog", "fish", "frog"), Map.of());
  }

  private static long count(IntegerNetwork network, Class<? extends IntegerOp> kind) {
    return network.ops().stream().filter(kind::isInstance).count();
  }

  private static long count(ModelProto model, String type) {
    return model.getGraph().getNodeList().stream()
        .filter(node -> node.getOpType().equals(type))
        .count();
  }
}
