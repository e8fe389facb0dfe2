package dev.espalier.workers.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOutputs;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.PaddedNets;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.int8.Rounding;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.Guards;
import dev.espalier.workers.onednn.Onednn;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference decides. */
class IntegerInferenceTest {
  private static final int DRAWN = 60;

  /** Compares under guards, and prints the instruction set and how many were compared. */
  static final class Guarded {
    private Guarded() {}

    public static void main(String[] arguments) {
      if (Guards.BYTES == 0) {
        throw new IllegalStateException("must run with -D" + Guards.PROPERTY);
      }
      int compared = 0;
      for (IntegerNetwork network : drawn(DRAWN / 3)) {
        assertAsReference(network, DrawnIntegers.pixels(network, 9, 1), 9);
        compared++;
      }
      System.out.println(Onednn.instructionSet() + " " + compared);
    }
  }

  @BeforeAll
  static void needsOnednn() {
    assumeTrue(Engine.current() == Engine.ONEDNN, "the fast way is oneDNN's");
  }

  @Test
  void givesTheBitsOfTheReferenceForDrawnOperations() {
    for (IntegerNetwork network : drawn(DRAWN)) {
      assertAsReference(network, DrawnIntegers.pixels(network, 3, 7), 3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 24, 29})
  void givesTheBitsOfTheReferenceForAnyNumberOfImages(int count) {
    for (Network table : List.of(Nets.everything(), Nets.small())) {
      QuantizedNets nets = QuantizedNets.drawn(table, count, 11);
      IntegerOutputs outputs = assertAsReference(nets.integers(), joined(nets), count);
      assertTellsImagesApart(outputs, count);
    }
  }

  @ParameterizedTest
  @CsvSource({"resnet18, 0.25, 16", "mobilenetv2, 0.35, 16", "mnist-cnn, 1.0, 14"})
  void givesTheBitsOfTheReferenceForWholeNetworks(String name, BigDecimal width, int size) {
    DataFacts data = new DataFacts("test", "0", size, size, 3, 10, 10, 10, 10);
    Network table = Networks.of(new Model(name, width), data);
    QuantizedNets nets = QuantizedNets.drawn(table, 5, 12);
    IntegerOutputs outputs = assertAsReference(nets.integers(), joined(nets), 5);
    assertTellsImagesApart(outputs, 5);
  }

  @Test
  void givesTheBitsOfTheReferenceForPaddingAndPoolsOfAnyKind() {
    SplittableRandom random = new SplittableRandom(13);
    for (int seed = 0; seed < 60; seed++) {
      QuantizedNets nets = QuantizedNets.drawn(PaddedNets.random(random), 3, seed);
      assertAsReference(nets.integers(), joined(nets), 3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 900})
  void addsTheGroupsOfWideLayers(int channels) {
    for (int seed = 0; seed < 3; seed++) {
      IntegerNetwork network = DrawnIntegers.wide(channels, seed);
      assertAsReference(network, DrawnIntegers.pixels(network, 2, seed), 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSE41", "AVX2"})
  void givesTheBitsOfTheReferenceOnEveryInstructionSet(String instructions) throws Exception {
    ChildJvm.Ended ended =
        ChildJvm.run(
            Guarded.class,
            List.of("-Xmx1g", "-XX:+UseSerialGC", "-D" + Guards.PROPERTY + "=4096"),
            Map.of("ONEDNN_MAX_CPU_ISA", instructions));
    String output = String.join("\n", ended.output());
    assertEquals(0, ended.code(), output);
    assertTrue(output.endsWith(" " + DRAWN / 3), output);
    if (instructions.equals("SSE41")) {
      assertTrue(output.contains("sse41 "), output);
    }
  }

  /** Winograd's algorithm would pay here, and adds what are no integers. */
  @Test
  void convolvesByTheDefinition() {
    ConvolutionForm form = new ConvolutionForm(false, 128, 128, 3, 1, 1, false);
    long[] dims = {32, 128, 16, 16};
    try (ExactConvolution convolution =
        new ExactConvolution(form, new byte[128 * 128 * 9], List.of(64, 128), dims, dims)) {
      assertEquals(2, convolution.groups());
      String text = convolution.toString();
      assertTrue(text.contains("convolution forward_inference"), text);
      assertFalse(text.contains("wino"), text);
    }
    assertFalse(ExactConvolution.addsProducts("jit_wino:avx512_core"));
    assertTrue(ExactConvolution.addsProducts("jit:avx2"));
  }

  @Test
  void refusesOtherPixelsThanThoseOfTheImages() {
    IntegerNetwork network = QuantizedNets.drawn(Nets.small(), 1, 3).integers();
    try (IntegerInference inference = new IntegerInference(network)) {
      Exception refused =
          assertThrows(IllegalArgumentException.class, () -> inference.predict(new byte[144], 3));
      assertEquals("3 images of 6x6x2 have 216 values, found 144", refused.getMessage());
    }
  }

  private static List<IntegerNetwork> drawn(int count) {
    List<IntegerNetwork> networks = new ArrayList<>();
    for (int seed = 0; seed < count; seed++) {
      networks.add(DrawnIntegers.network(seed));
    }
    return networks;
  }

  private static byte[] joined(QuantizedNets nets) {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    nets.images().forEach(pixels::writeBytes);
    return pixels.toByteArray();
  }

  private static IntegerOutputs assertAsReference(
      IntegerNetwork network, byte[] pixels, int count) {
    IntegerReference reference = new IntegerReference(network, Rounding.TFLM);
    int size = network.image().size();
    int classes = network.classes();
    try (IntegerInference inference = new IntegerInference(network)) {
      IntegerOutputs found = inference.predict(pixels, count);
      for (int i = 0; i < count; i++) {
        byte[] image = Arrays.copyOfRange(pixels, i * size, (i + 1) * size);
        Map<String, byte[]> values = reference.values(image);
        byte[] logits = Objects.requireNonNull(values.get(network.logits().name()));
        String of = network + " image " + i;
        for (int c = 0; c < classes; c++) {
          float expected = network.logits().affine().real(logits[c]);
          assertEquals(expected, found.logits()[i * classes + c], of);
        }
        assertArrayEquals(
            reference.probabilities(image),
            Arrays.copyOfRange(found.probabilities(), i * classes, (i + 1) * classes),
            of);
      }
      return found;
    }
  }

  private static void assertTellsImagesApart(IntegerOutputs outputs, int count) {
    int classes = outputs.logits().length / count;
    for (int i = 1; i < count; i++) {
      float[] before = Arrays.copyOfRange(outputs.logits(), (i - 1) * classes, i * classes);
      float[] now = Arrays.copyOfRange(outputs.logits(), i * classes, (i + 1) * classes);
      assertFalse(Arrays.equals(before, now), "images " + (i - 1) + " and " + i);
    }
  }
}
