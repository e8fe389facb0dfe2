package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrontChartTest {
  @Test
  void drawsAccuracyAgainstTheLogarithmOfTheSize() {
    Front front =
        Front.of(
            List.of(
                point("tiny", 0.50, 10_000),
                point("knee", 0.88, 20_000),
                point("worse", 0.70, 200_000),
                point("large", 0.90, 1_000_000)),
            ACCURACY_BY_SIZE);
    assertEquals(
        """
        0.90 ┤                                                  o
             │          K
             │
        0.70 ┤
             │                                  ·
        0.60 ┤
             │
        0.50 ┤   o
             └───┬──────────┬────────────┬──────────┬───────────┬───
               10 kB      30 kB       100 kB     300 kB       1 MB
        """,
        String.join("\n", FrontChart.lines(front, 60, 10)) + "\n");
    assertEquals(
        "validation accuracy against compressed size; o front; K knee; · beaten",
        FrontChart.legend(front));
  }

  @Test
  void noLineIsLongerThanAskedForAndEachPointOfItsOwnPlaceIsSeen() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(30); i++) {
        points.add(point("p" + i, random.nextDouble(), Math.pow(10, 1 + 6 * random.nextDouble())));
      }
      Front front = Front.of(points, ACCURACY_BY_SIZE);
      int width = 30 + random.nextInt(60);
      int height = 5 + random.nextInt(20);
      List<String> lines = FrontChart.lines(front, width, height);
      assertEquals(height, lines.size());
      assertTrue(lines.stream().allMatch(line -> line.length() <= width), lines.toString());
      long knees =
          lines.subList(0, height - 1).stream()
              .flatMapToInt(String::chars)
              .filter(c -> c == 'K')
              .count();
      assertEquals(1, knees, String.join("\n", lines));
    }
  }

  @Test
  void whatHasNoPlaceIsLeftOut() {
    Front nothing = Front.of(List.of(), ACCURACY_BY_SIZE);
    assertEquals(List.of(), FrontChart.lines(nothing, 60, 10));
    Point endless = point("endless", Map.of("val/accuracy", 0.5, "size/compressed_bytes", 0.0));
    assertEquals(List.of(), FrontChart.lines(Front.of(List.of(endless), ACCURACY_BY_SIZE), 60, 10));
  }
}
