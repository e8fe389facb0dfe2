package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.outcomes;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.seed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.pareto.Interval.Over;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private static final String ACCURACY = "val/accuracy";
  private static final String BYTES = "size/compressed_bytes";

  @Test
  void oneSeedHasTheNormalIntervalOverImages() {
    Interval interval = Interval.of(seed("a", 1, outcomes(0, 80, 100), 10), ACCURACY);

    assertEquals(0.8, interval.mean());
    assertEquals(0.04, interval.standardError(), 1e-12);
    assertEquals(1.96 * 0.04, interval.halfWidth(), 1e-5);
    assertEquals(Over.IMAGES, interval.over());
    assertEquals(0.8 - 0.0784, interval.low(), 1e-4);
    assertEquals(0.8 + 0.0784, interval.high(), 1e-4);
  }

  @Test
  void twoSeedsAreOverImagesToo() {
    // Of 100 images 70 are right with both seeds, 20 with one, 10 with none.
    Point mean =
        mean(seed("a", 1, outcomes(0, 80, 100), 10), seed("a", 2, outcomes(10, 90, 100), 10));

    Interval interval = Interval.of(mean, ACCURACY);

    assertEquals(Over.IMAGES, interval.over());
    double variance = 0.7 * 0.2 * 0.2 + 0.2 * 0.3 * 0.3 + 0.1 * 0.8 * 0.8;
    assertEquals(Math.sqrt(variance / 100), interval.standardError(), 1e-12);
    assertEquals(Over.NOTHING, Interval.of(mean, BYTES).over());
    assertTrue(Double.isNaN(Interval.of(mean, BYTES).halfWidth()));
  }

  @Test
  void threeSeedsHaveStudentsIntervalInEveryMetric() {
    Point mean =
        mean(
            seed("a", 1, outcomes(0, 80, 100), 100),
            seed("a", 2, outcomes(0, 82, 100), 110),
            seed("a", 3, outcomes(0, 84, 100), 120));

    Interval accuracy = Interval.of(mean, ACCURACY);
    Interval bytes = Interval.of(mean, BYTES);

    // s = 0.02 and 10; t(2) = 4.3027.
    assertEquals(Over.SEEDS, accuracy.over());
    assertEquals(0.82, accuracy.mean());
    assertEquals(4.3027 * 0.02 / Math.sqrt(3), accuracy.halfWidth(), 1e-6);
    assertEquals(110, bytes.mean());
    assertEquals(4.3027 * 10 / Math.sqrt(3), bytes.halfWidth(), 1e-3);
  }

  @Test
  void saysNothingOfWhatIsNotKnown() {
    assertEquals(Over.NOTHING, Interval.of(point("a", 0.5, 1), ACCURACY).over());
    assertEquals(Over.NOTHING, Interval.of(point("a", 0.5, 1), "macs/nonzero").over());
  }

  private static Point mean(Point... trials) {
    return Repetitions.merged(List.of(trials)).get(0);
  }
}
