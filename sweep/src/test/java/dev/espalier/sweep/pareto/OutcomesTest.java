package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.outcomes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutcomesTest {

  @Test
  void readsBitsFromTheLowest() {
    // 0x05 0x02: images 0, 2 and 9.
    Outcomes outcomes = Outcomes.decode("BQI=", 10);

    assertEquals(0.3, outcomes.accuracy());
    assertEquals(
        0,
        Outcomes.standardErrorOfDifference(
            List.of(outcomes), List.of(outcomes(bits(0, 2, 9), 10))));
  }

  @Test
  void hasTheBinomialStandardError() {
    assertEquals(0.00255, Outcomes.standardError(List.of(outcomes(0, 9300, 10_000))), 0.00001);
    assertEquals(0, Outcomes.standardError(List.of(outcomes(0, 100, 100))));
  }

  @Test
  void hasTheStandardErrorOfMeansAndOfTheirDifferencesByImage() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 60; round++) {
      int images = random.nextInt(1, 200);
      List<BitSet> a = new ArrayList<>();
      List<BitSet> b = new ArrayList<>();
      for (int network = 0; network <= round % 4; network++) {
        a.add(random(images, random));
        b.add(random(images, random));
      }

      assertEquals(error(images, i -> share(a, i)), Outcomes.standardError(of(a, images)), 1e-9);
      assertEquals(
          error(images, i -> share(a, i) - share(b, i)),
          Outcomes.standardErrorOfDifference(of(a, images), of(b, images)),
          1e-9);
    }
  }

  @Test
  void refusesToCompareDifferentImages() {
    List<Outcomes> ten = List.of(outcomes(0, 5, 10));
    List<Outcomes> twelve = List.of(outcomes(0, 5, 12));
    assertThrows(
        IllegalArgumentException.class, () -> Outcomes.standardErrorOfDifference(ten, twelve));
    assertThrows(
        IllegalArgumentException.class,
        () -> Outcomes.standardError(List.of(ten.get(0), twelve.get(0))));
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

  /** The standard deviation of {@code value} over the images, by the root of their number. */
  private static double error(int images, IntToDoubleFunction value) {
    double mean = IntStream.range(0, images).mapToDouble(value).sum() / images;
    double squares =
        IntStream.range(0, images).mapToDouble(value).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / images / images);
  }

  /** The share of networks that get an image right. */
  private static double share(List<BitSet> networks, int image) {
    return (double) networks.stream().filter(n -> n.get(image)).count() / networks.size();
  }

  private static List<Outcomes> of(List<BitSet> networks, int images) {
    return networks.stream().map(bits -> outcomes(bits, images)).toList();
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
