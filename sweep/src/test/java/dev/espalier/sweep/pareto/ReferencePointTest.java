package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferencePointTest {
  private static final Objective ACCURACY = Objective.maximize("val/accuracy");
  private static final Objective BYTES = Objective.minimize("size/compressed_bytes");
  private static final Objective LOSS = Objective.minimize("val/loss");

  private static final Point SMALL = point("small", metrics(0.5, 10, 100, 1.5));
  private static final Point LARGE = point("large", metrics(0.9, 60, 800, Double.NaN));

  @Test
  void isNoAccuracyTheDenseSizeAndElseTheWorst() {
    ReferencePoint reference =
        ReferencePoint.NONE.with(List.of(ACCURACY, BYTES, LOSS), List.of(SMALL, LARGE));

    assertEquals(Map.of(ACCURACY, 0.0, BYTES, 800.0, LOSS, 1.5), reference.values());
  }

  @Test
  void staysWhenTheSweepGrows() {
    ReferencePoint stored = ReferencePoint.NONE.with(ACCURACY_BY_SIZE, List.of(SMALL));

    ReferencePoint grown = stored.with(List.of(ACCURACY, BYTES, LOSS), List.of(SMALL, LARGE));

    assertEquals(Map.of(ACCURACY, 0.0, BYTES, 100.0, LOSS, 1.5), grown.values());
  }

  @Test
  void gainsAreDifferencesAndHalvings() {
    ReferencePoint reference = new ReferencePoint(Map.of(ACCURACY, 0.1, BYTES, 80.0, LOSS, 2.0));

    assertArrayEquals(
        new double[] {0.4, 3, 0.5}, reference.gains(SMALL, List.of(ACCURACY, BYTES, LOSS)), 1e-12);
  }

  @Test
  void isFinite() {
    assertThrows(
        IllegalArgumentException.class, () -> new ReferencePoint(Map.of(LOSS, Double.NaN)));
    assertEquals(
        Map.of(ACCURACY, 0.0), ReferencePoint.NONE.with(ACCURACY_BY_SIZE, List.of()).values());
  }

  private static Map<String, Double> metrics(
      double accuracy, double bytes, double dense, double loss) {
    return Map.of(
        "val/accuracy",
        accuracy,
        "size/compressed_bytes",
        bytes,
        "size/dense_bytes",
        dense,
        "val/loss",
        loss);
  }
}
