package dev.espalier.workers.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrimitiveCacheTest {
  private final List<Integer> made = new ArrayList<>();
  private final List<Integer> freed = new ArrayList<>();

  /** Stands for the native memory of a shape. */
  private record Primitives(int batch, List<Integer> freed) implements AutoCloseable {
    @Override
    public void close() {
      freed.add(batch);
    }
  }

  @Test
  void areMadeOnceForAShape() {
    try (PrimitiveCache<Primitives> cache = new PrimitiveCache<>()) {
      assertSame(at(cache, 8), at(cache, 8));
      assertEquals(List.of(8), made);
    }
  }

  @Test
  void ofTheShapeThatWasUsedLongestAgoAreFreedAtTheSeventh() {
    try (PrimitiveCache<Primitives> cache = new PrimitiveCache<>()) {
      for (int batch = 1; batch <= 6; batch++) {
        at(cache, batch);
      }
      at(cache, 1);
      assertEquals(List.of(), freed);
      at(cache, 7);
      assertEquals(List.of(2), freed);
      at(cache, 2);
      assertEquals(List.of(2, 3), freed);
      at(cache, 1);
      assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 2), made);
    }
  }

  @Test
  void areAllFreedOnceWhenTheirLayerIsClosed() {
    PrimitiveCache<Primitives> cache = new PrimitiveCache<>();
    for (int batch = 1; batch <= 9; batch++) {
      at(cache, batch);
    }
    cache.close();
    cache.close();
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), freed.stream().sorted().toList());
  }

  private Primitives at(PrimitiveCache<Primitives> cache, int batch) {
    return cache.at(
        ImageFormat.plain(batch, 3, 4, 4),
        format -> {
          made.add(format.batch());
          return new Primitives(format.batch(), freed);
        });
  }
}
