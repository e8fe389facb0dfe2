package dev.espalier.workers.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.int8.Clamp;
import dev.espalier.workers.int8.Requantization;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.random.Draw;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelScalingTest {
  private static final int[] MULTIPLIERS = {0, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE};
  private static final int ROWS = 400;
  private static final int HELD = (int) ExactSums.LIMIT;

  /** From the least shift to those of factors above 1, with sums of a few and of all bits. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 48, 600})
  void givesWhatTheReferenceGives(int channels) {
    Draw draw = Draw.of(3, channels);
    for (int shift = -31; shift <= 12; shift++) {
      for (int greatest : new int[] {127, 9000, 16_000_000}) {
        assertSame(draw, shift, channels, greatest, greatest == 9000 ? 1000 : (1 << 30) - 1);
      }
    }
  }

  /** Multipliers of a power of 2 hit halves, where both roundings differ by sign. */
  @Test
  void roundsHalvesAsTheReferenceDoes() {
    for (int shift = -12; shift <= 1; shift++) {
      ExactSums bounds = sums(1, 9000);
      Requantization factor = new Requantization(1 << 30, shift);
      IntegerRange to = new IntegerRange(new Affine(1, 3), new Clamp(-128, 127));
      ChannelScaling scaling = new ChannelScaling(List.of(factor), new int[] {0}, bounds, to);
      float[] sums = new float[2 * 4096 + 1];
      for (int i = 0; i < sums.length; i++) {
        sums[i] = i - 4096;
      }
      FloatBuffer memory = FloatBuffer.wrap(sums.clone());
      scaling.apply(memory, new int[] {0}, sums.length);
      for (int i = 0; i < sums.length; i++) {
        assertEquals(expected(factor, i - 4096, to), memory.get(i) + 0f, factor + " " + sums[i]);
      }
    }
  }

  /**
   * The product is 12 less than 98,041,855.5 times 2^31. A double cannot tell these apart, and
   * would give 98,041,856, then 93.5 and 94.
   */
  @Test
  void roundsProductsThatDoublesDoNotHold() {
    int sum = 139_658_988;
    Requantization factor = new Requantization(1_507_552_679, -20);
    IntegerRange to = new IntegerRange(new Affine(1, 0), new Clamp(-128, 127));
    ExactSums bounds = sums(1, 1);
    FloatBuffer memory = FloatBuffer.allocate(1);
    new ChannelScaling(List.of(factor), new int[] {sum}, bounds, to)
        .apply(memory, new int[] {0}, 1);
    assertEquals(93, factor.halvesAway(sum));
    assertEquals(93, memory.get(0));
  }

  private static void assertSame(Draw draw, int shift, int channels, int greatest, int biases) {
    List<Requantization> factors = new ArrayList<>();
    int[] bias = new int[channels];
    for (int c = 0; c < channels; c++) {
      boolean extreme = draw.below(4) == 0;
      int multiplier =
          extreme ? MULTIPLIERS[draw.below(4)] : draw.between(1 << 30, Integer.MAX_VALUE - 1);
      factors.add(new Requantization(multiplier, shift));
      bias[c] = draw.between(-biases, biases);
    }
    ExactSums bounds = sums(channels, greatest);
    Clamp clamp = new Clamp(draw.between(-128, 0), draw.between(0, 127));
    IntegerRange to = new IntegerRange(new Affine(1, draw.between(-128, 127)), clamp);
    ChannelScaling scaling = new ChannelScaling(factors, bias, bounds, to);
    int groups = 1 + draw.below(3);
    int length = Math.max(1, ROWS / channels) * channels;
    int[] starts = new int[groups];
    Arrays.setAll(starts, group -> group * (length + 7));
    int limit = (int) Math.min(bounds.greatest(0), (long) groups * HELD);
    int[] sums = new int[length];
    float[] floats = new float[groups * (length + 7)];
    for (int i = 0; i < length; i++) {
      sums[i] = sum(draw, factors.get(i % channels), bias[i % channels], limit);
      split(sums[i], floats, starts, i);
    }
    FloatBuffer memory = FloatBuffer.wrap(floats);
    scaling.apply(memory, starts, length);
    for (int i = 0; i < length; i++) {
      Requantization factor = factors.get(i % channels);
      int biased = sums[i] + bias[i % channels];
      float found = memory.get(i) + 0f;
      assertEquals(expected(factor, biased, to), found, () -> factor + " of " + biased);
    }
  }

  /** Within the bound, and often such that the result is one of 8 bits. */
  private static int sum(Draw draw, Requantization factor, int bias, int limit) {
    if (draw.coin()) {
      return draw.between(-limit, limit - 1);
    }
    double scale = Math.scalb((double) Math.max(1, factor.multiplier()), factor.shift() - 31);
    long wanted = Math.round((draw.between(-256, 255) + 0.5) / scale) - bias + draw.between(-2, 2);
    return (int) Math.max(-limit, Math.min(limit, wanted));
  }

  /** In summands that floats hold. */
  private static void split(int sum, float[] floats, int[] starts, int at) {
    int rest = sum;
    for (int start : starts) {
      int part = Math.max(-HELD, Math.min(HELD, rest));
      floats[start + at] = part;
      rest -= part;
    }
  }

  private static float expected(Requantization factor, int sum, IntegerRange to) {
    int zeroPoint = to.affine().zeroPoint();
    return to.clamp().of(factor.halvesAway(sum) + zeroPoint) - zeroPoint;
  }

  /** Of one product for each channel, which is up to 127 times this. */
  private static ExactSums sums(int channels, int greatest) {
    byte[] weights = new byte[channels];
    Arrays.fill(weights, (byte) 127);
    return new ExactSums(weights, channels, 1, -greatest, greatest);
  }
}
