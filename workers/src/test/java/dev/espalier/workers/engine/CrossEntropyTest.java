package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Softmax and the cross-entropy against their definition in double precision. */
class CrossEntropyTest {
  @ParameterizedTest
  @CsvSource({"1, 2", "3, 10", "17, 3", "5, 1", "2, 100"})
  void lossAndGradientAreThoseOfTheDefinition(int images, int classes) {
    SplittableRandom random = new SplittableRandom(images + classes);
    float[] logits = drawn(random, images * classes, 4);
    float[] targets = targets(random, images, classes);
    double[] gradient = new double[logits.length];
    double loss = 0;
    for (int n = 0; n < images; n++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[n * classes + c]);
      }
      for (int c = n * classes; c < (n + 1) * classes; c++) {
        double probability = Math.exp(logits[c]) / sum;
        gradient[c] = probability - targets[c];
        loss -= targets[c] * Math.log(probability);
      }
    }
    float[] delta = logits.clone();
    assertEquals(loss, CrossEntropy.differentiate(delta, targets, classes), 1e-6 * (1 + loss));
    for (int i = 0; i < delta.length; i++) {
      assertEquals(gradient[i], delta[i], 1e-6, "logit " + i);
    }
  }

  @Test
  void largeLogitsOverflowNothing() {
    float[] logits = {3000, 0, -3000};
    assertEquals(3000, CrossEntropy.differentiate(logits, new float[] {0, 1, 0}, 3));
    assertArrayEquals(new float[] {1, -1, 0}, logits);
  }

  @Test
  void whatIsNoNumberMakesTheLossNoNumber() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] logits = {0, bad, 1};
      double loss = CrossEntropy.differentiate(logits, new float[] {1, 0, 0}, 3);
      assertTrue(Double.isNaN(loss), bad + ": " + loss);
    }
  }

  /** The whole of each image in one class, or shared by two. */
  private static float[] targets(SplittableRandom random, int images, int classes) {
    float[] targets = new float[images * classes];
    for (int n = 0; n < images; n++) {
      targets[n * classes + random.nextInt(classes)] += 0.75f;
      targets[n * classes + random.nextInt(classes)] += 0.25f;
    }
    return targets;
  }

  private static float[] drawn(SplittableRandom random, int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * (2 * random.nextDouble() - 1));
    }
    return values;
  }
}
