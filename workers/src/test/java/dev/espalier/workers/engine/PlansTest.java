package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlansTest {
  private final List<Integer> made = new ArrayList<>();
  private final List<Integer> freed = new ArrayList<>();

  /** Stands for the native memory of a shape. */
  private record Plan(int batch, List<Integer> freed) implements AutoCloseable {
    @Override
    public void close() {
      freed.add(batch);
    }
  }

  @Test
  void areMadeOnceForAShape() {
    try (Plans<Plan> plans = new Plans<>()) {
      assertSame(at(plans, 8), at(plans, 8));
      assertEquals(List.of(8), made);
    }
  }

  @Test
  void ofTheShapeThatWasUsedLongestAgoAreFreedAtTheSeventh() {
    try (Plans<Plan> plans = new Plans<>()) {
      for (int batch = 1; batch <= 6; batch++) {
        at(plans, batch);
      }
      at(plans, 1);
      assertEquals(List.of(), freed);
      at(plans, 7);
      assertEquals(List.of(2), freed);
      at(plans, 2);
      assertEquals(List.of(2, 3), freed);
      at(plans, 1);
      assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 2), made);
    }
  }

  @Test
  void areAllFreedOnceWhenTheirLayerIsClosed() {
    Plans<Plan> plans = new Plans<>();
    for (int batch = 1; batch <= 9; batch++) {
      at(plans, batch);
    }
    plans.close();
    plans.close();
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), freed.stream().sorted().toList());
  }

  private Plan at(Plans<Plan> plans, int batch) {
    return plans.at(
        new Extent(batch, 3, 4, 4, false),
        extent -> {
          made.add(extent.batch());
          return new Plan(extent.batch(), freed);
        });
  }
}
