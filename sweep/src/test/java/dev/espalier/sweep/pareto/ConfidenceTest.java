package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.outcomes;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.seed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfidenceTest {

  @Test
  void hasAStandingForEachConfigurationInTheOrderOfTheFront() {
    Confidence confidence = Confidence.of(threeSeeds(), ReferencePoint.NONE);

    assertEquals(List.of("tiny", "small", "large"), names(confidence.points()));
    assertEquals(List.of("close", "hopeless"), names(confidence.dominated()));
    PointConfidence small = confidence.points().get(1);
    assertEquals(Interval.Over.SEEDS, small.accuracy().over());
    assertEquals(3, small.point().trials().size());
    assertTrue(confidence.knowsChance());
    assertEquals(small, confidence.knee());
    assertTrue(small.knee() > 0.9);
    assertEquals(1, confidence.points().get(0).onFront());
    PointConfidence close = confidence.dominated().get(0);
    assertTrue(close.onFront() > 0.05 && close.onFront() < 0.6, "" + close.onFront());
    assertFalse(close.tied());
    assertEquals(0, confidence.dominated().get(1).onFront());
  }

  @Test
  void isTheSameEachTime() {
    Confidence once = Confidence.of(threeSeeds(), ReferencePoint.NONE);
    Confidence again = Confidence.of(threeSeeds(), ReferencePoint.NONE);

    assertEquals(FrontCsv.of(once), FrontCsv.of(again));
    for (int i = 0; i < once.dominated().size(); i++) {
      assertEquals(once.dominated().get(i).onFront(), again.dominated().get(i).onFront());
    }
  }

  @Test
  void withoutOutcomesThereIsAFrontAndNoChance() {
    Confidence confidence =
        Confidence.of(
            Front.of(List.of(point("a", 0.5, 1), point("b", 0.6, 2)), ACCURACY_BY_SIZE),
            ReferencePoint.NONE);

    assertFalse(confidence.knowsChance());
    assertEquals(2, confidence.points().size());
    assertNotNull(confidence.knee());
    assertTrue(Double.isNaN(confidence.hypervolume()), "no dense size is known");
  }

  @Test
  void nothingAtAllIsAnEmptyFront() {
    Confidence confidence =
        Confidence.of(Front.of(List.of(), ACCURACY_BY_SIZE), ReferencePoint.NONE);

    assertEquals(List.of(), confidence.points());
    assertNull(confidence.knee());
  }

  static Front threeSeeds() {
    List<Point> trials = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      trials.add(seed("tiny", seed, outcomes(0, 300 + seed, 1000), 1_000 + seed));
      trials.add(seed("small", seed, outcomes(0, 800 + 4 * seed, 1000), 2_000 - seed));
      trials.add(seed("large", seed, outcomes(10, 840 + 9 * seed, 1000), 20_000));
      trials.add(seed("close", seed, outcomes(20, 849 + 9 * seed, 1000), 20_100));
      trials.add(seed("hopeless", seed, outcomes(0, 100, 1000), 30_000));
    }
    return Front.of(Repetitions.merged(trials), ACCURACY_BY_SIZE);
  }

  private static List<String> names(List<PointConfidence> standings) {
    return standings.stream().map(standing -> standing.point().name()).toList();
  }
}
