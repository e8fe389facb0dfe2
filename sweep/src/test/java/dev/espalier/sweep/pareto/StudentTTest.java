package dev.espalier.sweep.pareto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {

  /** As printed in every table, such as NIST's e-Handbook, 1.3.6.7.2. */
  @ParameterizedTest
  @CsvSource({
    "1, 12.706",
    "2, 4.303",
    "3, 3.182",
    "4, 2.776",
    "5, 2.571",
    "9, 2.262",
    "10, 2.228",
    "29, 2.045",
    "30, 2.042",
    "99, 1.984",
    "100, 1.984"
  })
  void hasThePublishedQuantiles(int degrees, double quantile) {
    assertEquals(quantile, StudentT.quantile975(degrees), 0.0005);
  }

  @Test
  void agreesWithIntegratingTheDensity() {
    for (int degrees = 1; degrees <= 40; degrees++) {
      double quantile = StudentT.quantile975(degrees);
      int steps = 20_000;
      double inside = 0;
      for (int i = 0; i < steps; i++) {
        inside += density((i + 0.5) * quantile / steps, degrees) * quantile / steps;
      }
      // What lies beyond, by t = 1 / u: the density has no end there.
      double outside = 0;
      for (int i = 0; i < steps; i++) {
        double u = (i + 0.5) / quantile / steps;
        outside += density(1 / u, degrees) / (u * u) / quantile / steps;
      }
      assertEquals(0.95, inside / (inside + outside), 1e-6, degrees + " degrees of freedom");
    }
  }

  @Test
  void needsADegreeOfFreedom() {
    assertThrows(IllegalArgumentException.class, () -> StudentT.quantile975(0));
  }

  /** But for its constant factor. */
  private static double density(double t, int degrees) {
    return Math.pow(1 + t * t / degrees, -(degrees + 1) / 2.0);
  }
}
