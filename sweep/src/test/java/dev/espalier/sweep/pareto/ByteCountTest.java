package dev.espalier.sweep.pareto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteCountTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.00 kB",
    "9994, 9.99 kB",
    "9996, 10.0 kB",
    "99960, 100 kB",
    "999499, 999 kB",
    "999500, 1.00 MB",
    "2810123, 2.81 MB",
    "5e12, 5.00 TB"
  })
  void hasThreeDigitsAndAUnit(double bytes, String text) {
    assertEquals(text, ByteCount.text(bytes));
  }
}
