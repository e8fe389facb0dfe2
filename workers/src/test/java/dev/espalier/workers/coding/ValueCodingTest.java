package dev.espalier.workers.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.coding.ValueCoding.Form;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ValueCodingTest {

  /** Also where nearly all values differ, so that a table is hardly shorter or longer. */
  @Test
  void theSmallestFormIsThatOfAllWhenEachIsWorkedOut() {
    int tables = 0;
    for (int seed = 0; seed < 400; seed++) {
      Draw draw = Draw.of(seed);
      NumberType number = seed % 4 == 0 ? NumberType.INT8 : NumberType.FLOAT32;
      int size = draw.between(0, 300);
      int different = draw.between(1, number == NumberType.INT8 ? 254 : 2 * size + 1);
      boolean skewed = draw.coin();
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        int rank = skewed && draw.coin() ? 0 : skewed ? i % different : draw.below(different);
        values[i] = rank - 127;
      }
      ValueCoding smallest = ValueCoding.smallest(values, Places.all(size), number);
      assertEquals(oracle(values, number), smallest.form() + " " + smallest.bits(), "" + seed);
      tables += smallest.form() == Form.PLAIN ? 0 : 1;
    }
    assertTrue(tables > 100 && tables < 350, tables + " tables");
  }

  @Test
  void theSmallestFormTakesAsManyBitsAsItSays() {
    for (int different : new int[] {1, 2, 3, 40, 1_000}) {
      Draw draw = Draw.of(different);
      float[] values = new float[1_000];
      for (int i = 0; i < values.length; i++) {
        values[i] = draw.below(different);
      }
      ValueCoding coding =
          ValueCoding.smallest(values, Places.all(values.length), NumberType.FLOAT32);
      BitWriter out = new BitWriter();
      coding.write(out, values, Places.all(values.length));
      out.align();
      assertEquals((coding.bits() + 7) / 8, out.size());
    }
  }

  @Test
  void bitsAreReadAcrossBytesAsTheyWereWritten() {
    Draw draw = Draw.of(3);
    BitWriter out = new BitWriter();
    List<Integer> counts = new ArrayList<>();
    List<Long> written = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int count = draw.below(57);
      long value = 0;
      for (int bit = 0; bit < count; bit++) {
        value = value << 1 | draw.below(2);
      }
      out.bits(value, count);
      counts.add(count);
      written.add(value);
    }
    out.align();
    BitReader in = new BitReader(out.toByteArray(), 0, out.size());
    for (int i = 0; i < counts.size(); i++) {
      assertEquals(written.get(i), in.bits(counts.get(i)));
    }
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> in.bits(9));
    assertEquals(
        "byte %d: more bits must follow, found the end".formatted(out.size()), e.getMessage());
  }

  /** The first of the forms of the fewest bits, from counts in a map. */
  private static String oracle(float[] values, NumberType number) {
    Map<Float, Long> counted = new TreeMap<>();
    for (float value : values) {
      counted.merge(value, 1L, Long::sum);
    }
    List<Long> sorted = new ArrayList<>(counted.values());
    sorted.sort(Collections.reverseOrder());
    long[] counts = sorted.stream().mapToLong(count -> count).toArray();
    long table = BitWriter.varintBits(counts.length) + (long) number.bits() * counts.length;
    PrefixCode huffman = PrefixCode.huffman(counts);
    long plainBits = (long) number.bits() * values.length;
    long tableBits = table + (long) PrefixCode.width(counts.length) * values.length;
    long huffmanBits = table + huffman.lengthsBits() + huffman.bits(counts);
    if (huffmanBits < tableBits && huffmanBits < plainBits) {
      return Form.TABLE_HUFFMAN + " " + huffmanBits;
    }
    return tableBits < plainBits ? Form.TABLE + " " + tableBits : Form.PLAIN + " " + plainBits;
  }
}
