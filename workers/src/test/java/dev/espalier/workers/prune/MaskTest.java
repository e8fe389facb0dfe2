package dev.espalier.workers.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MaskTest {
  private static final Mask MASK = Mask.pruning(5, new int[] {3, 0});

  @Test
  void knowsWhatItKeeps() {
    assertEquals(5, MASK.size());
    assertEquals(3, MASK.kept());
    assertFalse(MASK.keeps(0));
    assertTrue(MASK.keeps(1));
    assertArrayEquals(new int[] {0, 3}, MASK.zeros());
  }

  @Test
  void selectsPositiveZeroAndNeverMultiplies() {
    float[] values = {-1, -0.0f, Float.NaN, Float.NEGATIVE_INFINITY, 2};
    MASK.apply(values);
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    assertArrayEquals(new int[] {0, 0x80000000, 0x7fc00000, 0, 0x40000000}, bits);
  }

  @Test
  void equalsByWhatItKeepsAndItsSize() {
    assertEquals(MASK, Mask.pruning(5, new int[] {0, 3}));
    assertEquals(MASK.hashCode(), Mask.pruning(5, new int[] {0, 3}).hashCode());
    assertNotEquals(MASK, Mask.pruning(6, new int[] {0, 3}));
    assertNotEquals(MASK, Mask.pruning(5, new int[] {0, 4}));
    assertEquals("Mask[3 of 5 kept]", MASK.toString());
  }

  @Test
  void refusesIndicesAndTensorsThatDoNotFit() {
    assertEquals(
        "mask: an index must be in [0, 5), found 5",
        assertThrows(
                IllegalArgumentException.class, () -> Mask.pruning(5, new int[] {5}).toString())
            .getMessage());
    assertEquals(
        "mask: must be applied to 5 values, found 4",
        assertThrows(IllegalArgumentException.class, () -> MASK.apply(new float[4])).getMessage());
  }
}
