package dev.espalier.sweep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.CommittedFile;
import dev.espalier.sweep.pareto.Interval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The picture at the top of the README is of the committed results. */
class MethodsSvgTest {
  private static final Path FOLDER = Path.of("../docs/cifar10-pruning");

  @Test
  void thePictureForWidePagesIsOfTheCommittedResults() throws IOException {
    assertCommitted("methods.svg", MethodsLayout.WIDE);
  }

  @Test
  void thePictureForTelephonesIsOfTheCommittedResults() throws IOException {
    assertCommitted("methods-narrow.svg", MethodsLayout.NARROW);
  }

  private static void assertCommitted(String name, MethodsLayout layout) throws IOException {
    CommittedFile.assertHolds(MethodsSvg.of(MethodFigures.read(), layout), FOLDER.resolve(name));
  }

  @ParameterizedTest
  @CsvSource({
    "1, all",
    "0.9951, all",
    "0.6932, 1/1.4",
    "0.25, 1/4.0",
    "0.0984, 1/10",
    "0.1004, 1/10",
    "0.0313, 1/32"
  })
  void whatIsLeftIsWrittenAsAFractionOfOne(double left, String words) {
    assertEquals(words, MethodsSvg.share(left));
  }

  /** Against all that may come out of 12 images that two networks classify by chance. */
  @Test
  void theIntervalIsThatOfTwoIndependentBinomials() {
    int images = 12;
    double squares = 0;
    for (int right = 0; right <= images; right++) {
      for (int other = 0; other <= images; other++) {
        double difference = (right - other) / (double) images - (0.75 - 0.5);
        squares +=
            binomial(images, right, 0.75) * binomial(images, other, 0.5) * Math.pow(difference, 2);
      }
    }
    Interval change = MethodFigures.change(0.75, 0.5, images);
    assertEquals(0.25, change.mean());
    assertEquals(Math.sqrt(squares), change.standardError(), 1e-12);
    assertEquals(1.96 * Math.sqrt(squares), change.halfWidth(), 1e-12);
  }

  private static double binomial(int of, int chosen, double each) {
    double probability = Math.pow(each, chosen) * Math.pow(1 - each, of - chosen);
    for (int i = 1; i <= chosen; i++) {
      probability *= (of - chosen + i) / (double) i;
    }
    return probability;
  }

  @Test
  void aDotIsHollowWhereTheIntervalReachesZero() {
    assertTrue(row(-0.0129).chance());
    assertTrue(row(0.0129).chance());
    assertFalse(row(-0.0131).chance());
  }

  /** Of an interval that reaches 0.013 to each side. */
  private static MethodFigures.Row row(double change) {
    return new MethodFigures.Row(
        "", new Interval(change, 0.0065, 0.013, Interval.Over.IMAGES), List.of());
  }
}
