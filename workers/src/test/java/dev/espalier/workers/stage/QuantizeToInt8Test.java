package dev.espalier.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.Lowering;
import dev.espalier.workers.int8.Rounding;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What the stage makes of networks that hardly have a range. */
class QuantizeToInt8Test {
  private static final Network NETWORK = Nets.small();
  private static final int IMAGES = 2;
  private static final QuantizeToInt8 STAGE =
      new QuantizeToInt8(IMAGES, new BigDecimal(100), List.of());

  /**
   * Rows give from {@code low} to {@code high}, one value after the other in turn.
   *
   * @param odd the row that gives {@code oddValue} in one place
   */
  private record Given(float low, float high, String odd, float oddValue) implements ForwardPass {
    @Override
    public void activations(Set<String> rows, float[] images, BiConsumer<String, float[]> sink) {
      for (String row : rows) {
        float[] values =
            new float[IMAGES * Objects.requireNonNull(NETWORK.shapes().get(row)).size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = i % 2 == 0 ? low : high;
        }
        values[7] = row.equals(odd) ? oddValue : values[7];
        sink.accept(row, values);
      }
    }

    @Override
    public Map<String, BatchStatistics> batchStatistics(
        float[] images, int batch, Map<String, Hold> holds) {
      throw new AssertionError();
    }

    @Override
    public Map<String, double[]> meanAbsolute(Set<String> rows, float[] images) {
      throw new AssertionError();
    }

    @Override
    public float[] probabilities(WeightedNetwork other, float[] images) {
      throw new AssertionError();
    }
  }

  private static State state(List<Tensor> tensors) {
    return new State(NETWORK, tensors, Map.of(), Set.of(), null, List.of());
  }

  private static State quantized(State state, ForwardPass pass) {
    return STAGE.apply(state, new float[IMAGES * NETWORK.input().size()], pass);
  }

  private static Affine range(float low, float high, String row) {
    State state = quantized(state(Nets.values(NETWORK, 1)), new Given(low, high, "", 0));
    Precision.Int8 int8 = assertInstanceOf(Precision.Int8.class, state.precision());
    return Objects.requireNonNull(int8.activations().get(row), row);
  }

  @Test
  void activationsThatAreConstantHaveARangeFromZero() {
    assertEquals(Affine.of(0, 3), range(3, 3, "n1"));
    assertEquals(Affine.of(-3, 0), range(-3, -3, "n1"));
    assertEquals(new Affine(1f / 255, -128), range(0, 0, "n1"), "never active");
  }

  @Test
  void aRangeWithoutZeroIsWidenedToIt() {
    assertEquals(Affine.of(0, 5), range(2, 5, "n2"));
    assertEquals(Affine.of(-5, 0), range(-5, -2, "n2"));
  }

  @Test
  void anActivationThatIsNotFiniteIsNamed() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (String row : List.of("n1", "n2")) {
        ForwardPass pass = new Given(0, 1, row, value);
        State state = state(Nets.values(NETWORK, 1));
        Exception refused =
            assertThrows(IllegalArgumentException.class, () -> quantized(state, pass));
        assertEquals(
            row + "[7]: an activation must be finite, found " + value, refused.getMessage());
      }
    }
  }

  @Test
  void aWeightThatIsNotFiniteIsNamed() {
    List<Tensor> tensors = Nets.values(NETWORK, 1);
    tensors.get(0).values()[5] = Float.NaN;
    String name = tensors.get(0).name();
    State state = state(tensors);
    ForwardPass pass = new Given(0, 1, "", 0);
    Exception refused = assertThrows(IllegalArgumentException.class, () -> quantized(state, pass));
    assertEquals(name + "[5]: a weight must be finite, found NaN", refused.getMessage());
  }

  /** With channels of zeros, kernels of zeros, and rows that never were active. */
  @Test
  void aNetworkOfZerosGivesWhatItsBiasesSay() {
    List<Tensor> tensors =
        Nets.values(NETWORK, 1).stream()
            .map(t -> t.kind().isKernel() ? t.with(new float[t.values().length]) : t)
            .toList();
    float[] bias = tensors.get(tensors.size() - 1).values();
    Arrays.fill(bias, 0);
    bias[1] = 4;
    State state = quantized(state(tensors), new Given(0, 0, "", 0));
    IntegerNetwork integers =
        Lowering.of(
            new WeightedNetwork(NETWORK, state.tensors()),
            assertInstanceOf(Precision.Int8.class, state.precision()),
            List.of(new Normalization.Channel(0.5, 0.25), new Normalization.Channel(0.5, 0.25)));
    byte[] image = new byte[NETWORK.input().size()];
    for (Rounding rounding : Rounding.values()) {
      byte[] found = new IntegerReference(integers, rounding).probabilities(image);
      double rest = 1 / (2 + Math.exp(4));
      double[] expected = {rest, 1 - 2 * rest, rest};
      for (int c = 0; c < expected.length; c++) {
        assertEquals(256 * expected[c] - 128, found[c], 1.5, rounding + " " + c);
      }
    }
  }

  @Test
  void aChannelOfZerosStaysOne() {
    List<Tensor> tensors = Nets.values(NETWORK, 1);
    Arrays.fill(tensors.get(0).values(), 0, 18, -0f);
    State state = quantized(state(tensors), new Given(0, 1, "", 0));
    float[] values = state.tensors().get(0).values();
    assertArrayEquals(new float[18], Arrays.copyOf(values, 18));
    assertTrue(values[18] != 0);
    List<Float> scales = state.kernelScales().get(tensors.get(0).name());
    assertEquals(Float.MIN_NORMAL, Objects.requireNonNull(scales).get(0));
  }
}
