package dev.espalier.sweep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.pareto.Interval;
import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void agreesWhereTheStatedNumberIsInTheInterval() {
    assertEquals("agrees", verdict(-0.009, -0.012, 0.004));
    assertEquals("both within chance", verdict(0.001, -0.001, 0.004));
  }

  @Test
  void saysWhereOnlyOneOfTheTwoIsMoreThanChance() {
    assertEquals("here no more than chance", verdict(-0.009, -0.001, 0.004));
  }

  @Test
  void comparesWhatIsMoreThanChanceHereBySignAndSize() {
    assertEquals("the same way, less", verdict(-0.009, -0.003, 0.001));
    assertEquals("the same way, more", verdict(-0.009, -0.012, 0.001));
    assertEquals("the other way round", verdict(-0.009, 0.003, 0.001));
  }

  private static String verdict(double stated, double mean, double halfWidth) {
    return new Verdict(stated, new Interval(mean, halfWidth / 4, halfWidth, Interval.Over.SEEDS))
        .text();
  }
}
