package dev.espalier.workers.int8;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class IntegerReferenceTest {
  /**
   * The last rounding is off by half a step. The one before it is half of a unit that is at most
   * half a step, where there are two. What multipliers of 31 bits and scales of 24 bits lack is far
   * below the rest.
   */
  private static final double ROUNDINGS = 0.5 + 0.25 + 0.001;

  /** A range's ends are moved by up to half a step for an exact zero. */
  private static final double CLIPPED = 0.5;

  @ParameterizedTest
  @EnumSource
  void givesWhatTheNumbersBehindTheIntegersGive(Rounding rounding) {
    assertGivesWhatTheNumbersGive(QuantizedNets.drawn(Nets.everything(), 3, 1), rounding);
    SplittableRandom random = new SplittableRandom(9);
    for (int round = 0; round < 40; round++) {
      assertGivesWhatTheNumbersGive(
          QuantizedNets.drawn(PaddedNets.random(random), 1, round), rounding);
    }
  }

  private static void assertGivesWhatTheNumbersGive(QuantizedNets nets, Rounding rounding) {
    IntegerNetwork network = nets.integers();
    for (byte[] image : nets.images()) {
      Map<String, byte[]> found = new IntegerReference(network, rounding).values(image);
      Map<String, Shape> shapes = new HashMap<>(Map.of(IntegerNetwork.PIXELS, network.image()));
      Map<String, Affine> affines =
          new HashMap<>(Map.of(IntegerNetwork.PIXELS, IntegerNetwork.PIXEL));
      for (IntegerOp op : network.ops()) {
        double[][] inputs =
            op.inputs().stream()
                .map(input -> real(known(affines, input), known(found, input)))
                .toArray(double[][]::new);
        String first = op.inputs().get(0);
        double[] expected =
            RealArithmetic.value(op, inputs, known(shapes, first), known(affines, first).scale());
        assertWithin(ROUNDINGS, expected, op, known(found, op.name()));
        shapes.put(op.name(), op.shape());
        affines.put(op.name(), op.affine());
      }
    }
  }

  /**
   * An error of the input grows by at most the sum of the weights' magnitudes; each operation adds
   * its roundings, that of the bias, and what its range clips.
   */
  @Test
  void staysWithinTheBoundOfItsRoundingsOfTheFloatNetwork() {
    QuantizedNets nets = QuantizedNets.drawn(Nets.everything(), 4, 2);
    IntegerNetwork network = nets.integers();
    IntegerReference reference = new IntegerReference(network, Rounding.TFLM);
    for (byte[] image : nets.images()) {
      Map<String, double[]> expected = nets.rows(image);
      Map<String, byte[]> found = reference.values(image);
      Map<String, Double> errors = new HashMap<>(Map.of(IntegerNetwork.PIXELS, 0.0));
      Map<String, Float> scales = new HashMap<>(Map.of(IntegerNetwork.PIXELS, 1f));
      for (IntegerOp op : network.ops()) {
        float scale = known(scales, op.inputs().get(0));
        double input = op.inputs().stream().mapToDouble(name -> known(errors, name)).sum();
        double step = op.affine().scale();
        double error = grown(op, input, scale) + (ROUNDINGS + CLIPPED) * step;
        double[] row = expected.get(op.name());
        if (row != null) {
          assertWithin(error / step, row, op, known(found, op.name()));
        }
        errors.put(op.name(), error);
        scales.put(op.name(), op.affine().scale());
      }
    }
  }

  /** The bound above says little of deep networks. Errors of random signs mostly cancel. */
  @ParameterizedTest
  @CsvSource({"resnet18, 0.25, 16, 1.5", "mobilenetv2, 0.35, 32, 15", "mnist-cnn, 0.5, 12, 0.5"})
  void hasLogitsOfFewStepsFromTheFloatNetworks(
      String name, BigDecimal width, int size, double steps) {
    DataFacts data = new DataFacts("test", "0", size, size, 3, 10, 10, 10, 10);
    Network network = Networks.of(new Model(name, width), data);
    QuantizedNets nets = QuantizedNets.drawn(network, 3, 2);
    IntegerReference reference = new IntegerReference(nets.integers(), Rounding.TFLM);
    IntegerOp logits = nets.integers().logits();
    double error = 0;
    for (byte[] image : nets.images()) {
      float[] found = reference.logits(image);
      double[] expected = known(nets.rows(image), logits.name());
      for (int i = 0; i < found.length; i++) {
        error += Math.abs(found[i] - expected[i]) / found.length / nets.images().size();
      }
    }
    assertTrue(error < steps * logits.affine().scale(), error / logits.affine().scale() + "");
  }

  @Test
  void givesTheProbabilitiesOfItsLogits() {
    QuantizedNets nets = QuantizedNets.drawn(Nets.small(), 2, 3);
    IntegerReference reference = new IntegerReference(nets.integers(), Rounding.TFLM);
    byte[] image = nets.images().get(0);
    Map<String, byte[]> values = reference.values(image);
    assertArrayEquals(values.get("softmax"), reference.probabilities(image));
    IntegerOp logits = nets.integers().logits();
    assertEquals("out", logits.name());
    float first = logits.affine().real(known(values, "out")[0]);
    assertEquals(first, reference.logits(image)[0]);
  }

  @Test
  void refusesAnImageOfAnotherSize() {
    IntegerNetwork network = QuantizedNets.drawn(Nets.small(), 1, 3).integers();
    IntegerReference reference = new IntegerReference(network, Rounding.TFLM);
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> reference.values(new byte[71]));
    assertEquals("an image must have 72 values, found 71", refused.getMessage());
  }

  private static double grown(IntegerOp op, double input, double scale) {
    if (op instanceof IntegerOp.Convolution c) {
      double worst = 0;
      int each = c.weights().length / c.bias().length;
      for (int o = 0; o < c.bias().length; o++) {
        int sum = magnitudes(c.weights(), o * each, (o + 1) * each);
        worst = Math.max(worst, c.scales()[o] * (sum * input + 0.5 * scale));
      }
      return worst;
    } else if (op instanceof IntegerOp.Dense d) {
      double worst = 0;
      int each = d.weights().length / d.bias().length;
      for (int o = 0; o < d.bias().length; o++) {
        int sum = magnitudes(d.weights(), o * each, (o + 1) * each);
        worst = Math.max(worst, d.scale() * (sum * input + 0.5 * scale));
      }
      return worst;
    }
    return input;
  }

  private static int magnitudes(byte[] weights, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.abs(weights[i]);
    }
    return sum;
  }

  private static void assertWithin(double steps, double[] expected, IntegerOp op, byte[] found) {
    assertEquals(expected.length, found.length, op.name());
    for (int i = 0; i < expected.length; i++) {
      double exact = expected[i] / op.affine().scale() + op.affine().zeroPoint();
      assertEquals(Math.max(-128, Math.min(127, exact)), found[i], steps, op.name() + " " + i);
    }
  }

  private static double[] real(Affine affine, byte[] integers) {
    double[] real = new double[integers.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = (double) affine.scale() * (integers[i] - affine.zeroPoint());
    }
    return real;
  }

  private static <V> V known(Map<String, V> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }
}
