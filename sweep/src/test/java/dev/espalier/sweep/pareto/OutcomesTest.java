package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.outcomes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutcomesTest {

  @Test
  void readsBitsFromTheLowest() {
    // 0x05 0x02: images 0, 2 and 9.
    Outcomes outcomes = Outcomes.decode("BQI=", 10);

    assertEquals(0.3, outcomes.accuracy());
    assertEquals(new Difference(0, 0), outcomes.minus(outcomes(bits(0, 2, 9), 10)));
  }

  @Test
  void hasTheBinomialStandardError() {
    assertEquals(0.00255, outcomes(0, 9300, 10_000).standardError(), 0.00001);
    assertEquals(0, outcomes(0, 100, 100).standardError());
  }

  @Test
  void hasThePairedStandardErrorOfTheMeanDifference() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 50; round++) {
      int images = random.nextInt(1, 200);
      BitSet a = random(images, random);
      BitSet b = random(images, random);
      double mean = 0;
      for (int i = 0; i < images; i++) {
        mean += (double) difference(a, b, i) / images;
      }
      double variance = 0;
      for (int i = 0; i < images; i++) {
        variance += (difference(a, b, i) - mean) * (difference(a, b, i) - mean) / images;
      }

      Difference difference = outcomes(a, images).minus(outcomes(b, images));

      assertEquals(mean, difference.accuracy(), 1e-12);
      assertEquals(Math.sqrt(variance / images), difference.standardError(), 1e-9);
    }
  }

  @Test
  void equalOutcomesAreTiedAndSoIsOneImage() {
    assertTrue(outcomes(0, 50, 100).minus(outcomes(0, 50, 100)).tied());
    assertTrue(outcomes(0, 51, 100).minus(outcomes(0, 50, 100)).tied());
  }

  @Test
  void refusesWhatDoesNotFitTheImages() {
    assertEquals(
        "outcomes of 17 images must be 3 bytes, found 2",
        assertThrows(IllegalArgumentException.class, () -> Outcomes.decode("BQI=", 17))
            .getMessage());
    assertEquals(
        "outcomes of 9 images must end there, found one of image 10",
        assertThrows(IllegalArgumentException.class, () -> Outcomes.decode("BQI=", 9))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Outcomes.decode("", 0));
    assertThrows(IllegalArgumentException.class, () -> Outcomes.decode("?", 1));
  }

  private static int difference(BitSet a, BitSet b, int image) {
    return (a.get(image) ? 1 : 0) - (b.get(image) ? 1 : 0);
  }

  private static BitSet random(int images, SplittableRandom random) {
    BitSet bits = new BitSet();
    for (int i = 0; i < images; i++) {
      bits.set(i, random.nextInt(4) > 0);
    }
    return bits;
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }
}
