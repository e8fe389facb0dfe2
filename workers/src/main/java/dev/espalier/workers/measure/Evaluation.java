package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.FloatNetwork;
import dev.espalier.workers.engine.IntegerPredictor;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.IntegerOutputs;
import java.util.Base64;

/**
 * How a network classifies one split.
 *
 * @param accuracy fraction of the images whose most probable class is their label, in [0, 1]; a tie
 *     goes to the lower class
 * @param loss mean cross-entropy in nats; probabilities below the smallest normal float count as
 *     that
 * @param correct which images were right: bit i of byte i / 8 from the lowest, as Base64
 */
public record Evaluation(double accuracy, double loss, String correct) {
  // Another one changes the last bits: then StageResult.MEASURE_VERSION must rise.
  static final int BATCH = 256;

  /** Nothing is known: the network tells other classes apart than those of the images. */
  static final Evaluation UNKNOWN = new Evaluation(Double.NaN, Double.NaN, "");

  /** Whether anything is known. */
  public boolean isKnown() {
    return !Double.isNaN(accuracy);
  }

  /**
   * Classifies every image of {@code split} by the float engine.
   *
   * @throws InterruptedException if the thread was interrupted between two batches
   */
  public static Evaluation of(FloatNetwork network, Dataset data, Dataset.Split split)
      throws InterruptedException {
    return of(floats(network), data, split);
  }

  /** A network that computes with floats. */
  public static Predictor floats(FloatNetwork network) {
    return (data, split, from, count) -> {
      float[] images = new float[count * data.facts().pixels()];
      data.images(split, from, count, images);
      float[] probabilities = network.predict(images, count);
      return new Predictor.Predictions(probabilities, probabilities);
    };
  }

  /**
   * A network that computes with 8-bit integers. Its outputs are those of TensorFlow Lite Micro;
   * the loss is that of its logits, since probabilities in steps of 1/256 would make it coarse.
   */
  static Predictor integers(IntegerPredictor network, int classes) {
    return (data, split, from, count) -> {
      byte[] pixels = IntegerNetwork.integers(data.bytes(split, from, count));
      IntegerOutputs predicted = network.predict(pixels, count);
      float[] outputs = new float[count * classes];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = IntegerOp.Softmax.PROBABILITY.real(predicted.probabilities()[i]);
      }
      return new Predictor.Predictions(outputs, softmax(predicted.logits(), classes));
    };
  }

  /** The softmax of each row of [rows, classes]. */
  private static float[] softmax(float[] logits, int classes) {
    float[] probabilities = new float[logits.length];
    double[] powers = new double[classes];
    for (int row = 0; row < logits.length; row += classes) {
      double sum = 0;
      int greatest = mostProbable(logits, row, classes);
      for (int c = 0; c < classes; c++) {
        powers[c] = StrictMath.exp((double) logits[row + c] - logits[row + greatest]);
        sum += powers[c];
      }
      for (int c = 0; c < classes; c++) {
        probabilities[row + c] = (float) (powers[c] / sum);
      }
    }
    return probabilities;
  }

  /**
   * Classifies every image of {@code split}, in its order, in batches of 256 and what is left.
   *
   * @throws InterruptedException if the thread was interrupted between two batches
   */
  static Evaluation of(Predictor network, Dataset data, Dataset.Split split)
      throws InterruptedException {
    int images = data.size(split);
    int classes = data.facts().classes();
    byte[] correct = new byte[(images + 7) / 8];
    int right = 0;
    double loss = 0;
    for (int from = 0; from < images; from += BATCH) {
      if (Thread.interrupted()) {
        throw new InterruptedException("evaluation was interrupted");
      }
      int count = Math.min(BATCH, images - from);
      Predictor.Predictions predicted = network.of(data, split, from, count);
      for (int i = 0; i < count; i++) {
        int label = data.label(split, from + i);
        float probability = predicted.probabilities()[i * classes + label];
        loss -= StrictMath.log(Math.max(probability, Float.MIN_NORMAL));
        if (mostProbable(predicted.outputs(), i * classes, classes) == label) {
          right++;
          correct[(from + i) / 8] |= (byte) (1 << ((from + i) % 8));
        }
      }
    }
    return new Evaluation(
        (double) right / images, loss / images, Base64.getEncoder().encodeToString(correct));
  }

  private static int mostProbable(float[] probabilities, int offset, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (probabilities[offset + c] > probabilities[offset + best]) {
        best = c;
      }
    }
    return best;
  }
}
