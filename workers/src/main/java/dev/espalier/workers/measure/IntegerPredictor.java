package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.Rounding;
import java.util.Arrays;

/**
 * Predictions of a network of 8-bit integers. Classes and outputs are those of TensorFlow Lite
 * Micro; the loss is that of the logits before their softmax.
 */
final class IntegerPredictor implements Predictor {
  private static final float PROBABILITY = 1f / 256;

  private final IntegerNetwork network;
  private final IntegerReference reference;

  IntegerPredictor(IntegerNetwork network) {
    this.network = network;
    reference = new IntegerReference(network, Rounding.TFLM);
  }

  @Override
  public Predictions of(Dataset data, Dataset.Split split, int from, int count) {
    byte[] pixels = data.bytes(split, from, count);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] -= (byte) 128;
    }
    int classes = network.classes();
    float[] outputs = new float[count * classes];
    float[] probabilities = new float[count * classes];
    int size = pixels.length / count;
    for (int i = 0; i < count; i++) {
      byte[] image = Arrays.copyOfRange(pixels, i * size, (i + 1) * size);
      byte[] probs = reference.probabilities(image);
      float[] logits = reference.logits(image);
      double[] exps = new double[classes];
      double sum = 0;
      double max = Double.NEGATIVE_INFINITY;
      for (float l : logits) max = Math.max(max, l);
      for (int c = 0; c < classes; c++) sum += exps[c] = StrictMath.exp(logits[c] - max);
      for (int c = 0; c < classes; c++) {
        outputs[i * classes + c] = (probs[c] + 128) * PROBABILITY;
        probabilities[i * classes + c] = (float) (exps[c] / sum);
      }
    }
    return new Predictions(outputs, probabilities);
  }
}
