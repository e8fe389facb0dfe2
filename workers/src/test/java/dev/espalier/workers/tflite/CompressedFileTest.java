package dev.espalier.workers.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.WeightedNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.TensorType;

/** Files whose kernels are decoded by TensorFlow Lite for Microcontrollers. */
class CompressedFileTest {

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.125, 0.8, 0, 0.45",
    "resnet18, 0.125, 0.9, 0, 0.4",
    "resnet18, 0.125, 0, 15, 0.75",
    "resnet18, 0.125, 0.5, 3, 0.5",
    "mobilenetv2, 0.35, 0.8, 0, 0.6",
    "mobilenetv2, 0.35, 0, 7, 0.75",
    "mnist-cnn, 0.5, 0.9, 0, 0.3"
  })
  void holdsTheKernelsOfThePlainFileInLess(
      String name, String width, double sparsity, int values, double most) {
    IntegerNetwork network = squeezed(name, width, sparsity, values);
    TfliteModel plain = TfliteModel.of(network);
    TfliteModel compressed = plain.compressed();
    assertSameKernels(plain.file(), compressed.file());
    double ratio = (double) compressed.file().length / plain.file().length;
    assertTrue(ratio < most && ratio > 0.7 * most, "" + ratio);
    assertTrue(compressed.arenaBytes() > plain.arenaBytes());
  }

  @Test
  void isThePlainFileWhereNothingGetsShorter() {
    TfliteModel dense = TfliteModel.of(squeezed("mnist-cnn", "0.25", 0, 0));
    assertSame(dense, dense.compressed());
    Network network = Nets.everything();
    TfliteModel floats =
        TfliteModel.of(
            new WeightedNetwork(network, Nets.values(network, 1)),
            Collections.nCopies(3, new Channel(0.5, 0.25)));
    assertSame(floats, floats.compressed());
  }

  @Test
  void whatIsAddedToAFileIsNoMoreThanIsReckonedWith() {
    int greatest = 0;
    for (int seed = 0; seed < 40; seed++) {
      IntegerNetwork network =
          Squeezed.of(DrawnIntegers.of(Nets.everything(), seed), 0.1 * (seed % 10), seed % 7, seed);
      Graph graph = IntegerGraph.of(network);
      Graph compressed = CompressedGraph.of(graph);
      int saved = data(graph) - data(compressed);
      int decodes = compressed.steps().size() - graph.steps().size();
      int added = TfliteFile.encode(compressed).length - TfliteFile.encode(graph).length + saved;
      if (decodes > 0) {
        greatest = Math.max(greatest, (added - 64) / decodes);
        assertSameKernels(TfliteFile.encode(graph), TfliteFile.encode(compressed));
      }
    }
    assertTrue(
        greatest <= CompressedGraph.OVERHEAD && greatest > CompressedGraph.OVERHEAD - 32,
        "" + greatest);
  }

  @Test
  void listsTheOperatorByItsName() {
    byte[] file = TfliteModel.of(squeezed("resnet18", "0.125", 0.8, 0)).compressed().file();
    Model model = Model.getRootAsModel(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    int custom = 0;
    for (int i = 0; i < model.operatorCodesLength(); i++) {
      if (model.operatorCodes(i).builtinCode() == 32) {
        assertEquals("TFLM_DECODE", model.operatorCodes(i).customCode());
        assertEquals(32, model.operatorCodes(i).deprecatedBuiltinCode());
        assertEquals(1, model.operatorCodes(i).version());
        custom++;
      }
    }
    assertEquals(1, custom);
  }

  @Test
  void encodedKernelsAreConstantBytesAndDecodedOnesHaveNoBuffer() {
    byte[] file = TfliteModel.of(squeezed("resnet18", "0.125", 0.8, 0)).compressed().file();
    Model model = Model.getRootAsModel(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    SubGraph graph = model.subgraphs(0);
    int decoded = 0;
    for (int i = 0; i < graph.operatorsLength(); i++) {
      if (graph.operators(i).inputsLength() == 2 && graph.operators(i).builtinOptionsType() == 0) {
        for (int input = 0; input < 2; input++) {
          var tensor = graph.tensors(graph.operators(i).inputs(input));
          assertEquals(TensorType.UINT8, tensor.type());
          assertTrue(tensor.buffer() > 0);
        }
        assertEquals(0, graph.tensors(graph.operators(i).outputs(0)).buffer());
        decoded++;
      }
    }
    assertTrue(decoded > 10, "" + decoded);
  }

  private static void assertSameKernels(byte[] plain, byte[] compressed) {
    Map<String, byte[]> expected = Decoded.kernels(plain);
    Map<String, byte[]> found = Decoded.kernels(compressed);
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, kernel) -> assertArrayEquals(kernel, found.get(name), name));
  }

  private static int data(Graph graph) {
    return graph.tensors().stream()
        .mapToInt(tensor -> tensor.data() == null ? 0 : tensor.bytes())
        .sum();
  }

  private static IntegerNetwork squeezed(String name, String width, double sparsity, int values) {
    boolean mnist = name.equals("mnist-cnn");
    Network network = Widths.network(name, width, mnist ? 28 : 32, mnist ? 1 : 3);
    return Squeezed.of(DrawnIntegers.of(network, 4), sparsity, values, 5);
  }
}
