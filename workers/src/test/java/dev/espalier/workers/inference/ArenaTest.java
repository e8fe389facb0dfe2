package dev.espalier.workers.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArenaTest {
  @Test
  void takesTheLowestGapThatIsLargeEnough() {
    Arena arena = new Arena();
    assertEquals(0, arena.take(64));
    assertEquals(64, arena.take(100));
    assertEquals(192, arena.take(64));
    arena.free(0);
    assertEquals(256, arena.take(65));
    assertEquals(0, arena.take(1));
    arena.free(64);
    assertEquals(64, arena.take(128));
    assertEquals(384, arena.bytes());
    assertThrows(IllegalArgumentException.class, () -> arena.free(128));
  }

  @Test
  void neverGivesAByteTwice() {
    SplittableRandom random = new SplittableRandom(1);
    Arena arena = new Arena();
    Map<Long, Long> taken = new HashMap<>();
    for (int i = 0; i < 2000; i++) {
      if (!taken.isEmpty() && random.nextInt(5) < 2) {
        long start = taken.keySet().stream().skip(random.nextInt(taken.size())).findFirst().get();
        arena.free(start);
        taken.remove(start);
      } else {
        long size = random.nextLong(1, 5000);
        long start = arena.take(size);
        taken.forEach(
            (other, length) -> assertTrue(start >= other + length || other >= start + size));
        taken.put(start, size);
        assertEquals(0, start % 64);
        assertTrue(start + size <= arena.bytes());
      }
    }
  }
}
