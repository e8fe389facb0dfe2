package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classifier's arithmetic against its definition in double precision. */
class CrossEntropyTest {
  @ParameterizedTest
  @CsvSource({"1, 1, 2", "3, 7, 10", "17, 64, 3", "5, 6, 1", "2, 33, 100"})
  void lossAndGradientsAreThoseOfTheDefinition(int images, int length, int classes) {
    SplittableRandom random = new SplittableRandom(images + length);
    float[] inputs = drawn(random, images * length, 2);
    float[] kernel = drawn(random, classes * length, 1);
    float[] bias = drawn(random, classes, 1);
    float[] targets = targets(random, images, classes);
    float[] delta = CrossEntropy.logits(inputs, kernel, bias);
    double[] logits = new double[images * classes];
    double[] inputGradient = new double[inputs.length];
    double[] kernelGradient = new double[kernel.length];
    double[] biasGradient = new double[classes];
    double loss = 0;
    for (int n = 0; n < images; n++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        double logit = bias[c];
        for (int i = 0; i < length; i++) {
          logit += (double) inputs[n * length + i] * kernel[c * length + i];
        }
        logits[n * classes + c] = logit;
        sum += Math.exp(logit);
      }
      for (int c = 0; c < classes; c++) {
        double probability = Math.exp(logits[n * classes + c]) / sum;
        double gradient = probability - targets[n * classes + c];
        loss -= targets[n * classes + c] * Math.log(probability);
        biasGradient[c] += gradient;
        for (int i = 0; i < length; i++) {
          inputGradient[n * length + i] += gradient * kernel[c * length + i];
          kernelGradient[c * length + i] += gradient * inputs[n * length + i];
        }
      }
    }
    assertClose(logits, delta);
    assertEquals(loss, CrossEntropy.differentiate(delta, targets, classes), 1e-4 * (1 + loss));
    assertClose(inputGradient, CrossEntropy.inputGradient(delta, kernel, classes));
    assertClose(kernelGradient, CrossEntropy.kernelGradient(delta, inputs, classes));
    assertClose(biasGradient, CrossEntropy.biasGradient(delta, classes));
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

  private static void assertClose(double[] expected, float[] found) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], 1e-5 * (1 + Math.abs(expected[i])), "value " + i);
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
