package dev.espalier.workers.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.tflite.EncodedKernel.Channels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Encoded kernels, against a decoder that follows TensorFlow Lite for Microcontrollers. */
class EncodedKernelTest {
  private static final Channels ONE = new Channels(1, false);

  @Test
  void aBitmapHasABitForEachAndTheOthersBehindTheHeader() {
    EncodedKernel kernel =
        EncodedKernel.shortest(new byte[] {0, 5, 0, 0, 0, 0, 0, 0, -3, 0, 0, 99}, ONE);
    assertArrayEquals(new byte[] {0b0100_0000, (byte) 0b1001_0000}, kernel.encoded());
    assertArrayEquals(
        new byte[] {2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, -3, 99}, kernel.ancillary());
  }

  /** The integers of an example in the documentation of TensorFlow Lite for Microcontrollers. */
  @Test
  void aTableOfAllChannelsHasNoDistanceToANext() {
    byte[] integers = {2, 4, 4, 10, 1, 7, 99, 10, 2, 4};
    EncodedKernel kernel = EncodedKernel.shortest(integers, new Channels(2, false));
    assertArrayEquals(new byte[] {0x29, 0x40, (byte) 0xec, 0x28}, kernel.encoded());
    assertArrayEquals(
        new byte[] {0, 1, 0, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 7, 10, 99},
        kernel.ancillary());
  }

  @Test
  void channelsWithValuesOfTheirOwnHaveTablesOfTheirOwn() {
    byte[] integers = new byte[60];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (byte) (i % 2 == 0 ? 7 + i % 3 * 5 : -1 - i % 3);
    }
    EncodedKernel kernel = EncodedKernel.shortest(integers, new Channels(2, true));
    assertArrayEquals(
        new byte[] {0, 1, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 12, 17, -3, -2, -1},
        kernel.ancillary());
    assertEquals(60 * 2 / 8, kernel.encoded().length);
  }

  @Test
  void decodesToTheSameIntegersInNoMoreBytesThanTheFormulasSay() {
    SplittableRandom random = new SplittableRandom(11);
    Map<String, Integer> chosen = new HashMap<>();
    for (int round = 0; round < 3000; round++) {
      Channels channels = new Channels(random.nextInt(1, 12), random.nextBoolean());
      byte[] integers = integers(random, channels);
      EncodedKernel kernel = EncodedKernel.shortest(integers, channels);
      assertArrayEquals(
          integers,
          Decoded.kernel(kernel.encoded(), kernel.ancillary(), integers.length, channels));
      assertEquals(least(integers, channels), kernel.bytes());
      assertEquals(kernel.encoded().length + kernel.ancillary().length, kernel.bytes());
      byte[] header = kernel.ancillary();
      chosen.merge(header[0] + " " + header[5] + " " + (header[6] > 0), 1, Integer::sum);
    }
    assertTrue(chosen.keySet().contains("2 0 false"), chosen::toString);
    for (int bits = 1; bits <= 7; bits++) {
      assertTrue(chosen.keySet().contains("0 " + bits + " false"), chosen::toString);
    }
    assertTrue(chosen.keySet().contains("0 3 true"), chosen::toString);
  }

  /** Sparse, of few values, of few values a channel, constant, zero or none of these. */
  private static byte[] integers(SplittableRandom random, Channels channels) {
    byte[] integers = new byte[channels.count() * random.nextInt(1, 200)];
    int kind = random.nextInt(6);
    byte[][] tables = new byte[channels.count()][1 + random.nextInt(1 << random.nextInt(1, 8))];
    for (byte[] table : tables) {
      random.nextBytes(table);
    }
    if (kind == 1) {
      Arrays.fill(tables, tables[0]);
    }
    for (int i = 0; i < integers.length; i++) {
      byte[] table = tables[channels.of(i, integers.length)];
      integers[i] =
          switch (kind) {
            case 0, 1 -> table[random.nextInt(table.length)];
            case 2 -> (byte) (random.nextInt(5) == 0 ? random.nextInt(-127, 128) : 0);
            case 3 -> tables[0][0];
            case 4 -> 0;
            default -> (byte) random.nextInt(-127, 128);
          };
    }
    return integers;
  }

  private static int least(byte[] integers, Channels channels) {
    int nonZero = 0;
    Set<Byte> all = new HashSet<>();
    Map<Integer, Set<Byte>> each = new HashMap<>();
    for (int i = 0; i < integers.length; i++) {
      nonZero += integers[i] == 0 ? 0 : 1;
      all.add(integers[i]);
      int channel = channels.of(i, integers.length);
      each.computeIfAbsent(channel, c -> new HashSet<>()).add(integers[i]);
    }
    int most = each.values().stream().mapToInt(Set::size).max().orElseThrow();
    int bitmap = (integers.length + 7) / 8 + nonZero;
    int one = tables(integers.length, all.size(), 1);
    int many = tables(integers.length, most, channels.count());
    return 16 + Math.min(bitmap, Math.min(one, many));
  }

  private static int tables(int size, int values, int count) {
    int bits = 1;
    while (1 << bits < values) {
      bits++;
    }
    return bits > 7 ? Integer.MAX_VALUE : (size * bits + 7) / 8 + count * values;
  }
}
