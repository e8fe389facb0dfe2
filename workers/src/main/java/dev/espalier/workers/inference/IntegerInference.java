package dev.espalier.workers.inference;

import dev.espalier.workers.int8.FixedPointSoftmax;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.IntegerOutputs;

/**
 * Predictions of an integer network on oneDNN, equal to those of the reference in TensorFlow Lite
 * Micro's rounding bit for bit: products are added by float convolutions in which every partial sum
 * is an integer that floats hold, and everything else is computed in Java.
 *
 * <p>It belongs to one thread.
 */
public final class IntegerInference implements AutoCloseable {
  /** Measured: of more images, what passes between operations leaves the processor's caches. */
  private static final int BATCH = 8;

  private final IntegerNetwork network;
  private final IntegerSteps steps;
  private final FixedPointSoftmax softmax;

  public IntegerInference(IntegerNetwork network) {
    this.network = network;
    softmax = new FixedPointSoftmax(network.logits().affine());
    steps = new IntegerSteps(network, BATCH);
  }

  /**
   * Predicts.
   *
   * @param pixels of the images, [count, height, width, channels], less 128
   * @throws IllegalArgumentException if there are not so many images
   */
  public IntegerOutputs predict(byte[] pixels, int count) {
    network.requireImages(pixels, count);
    int size = network.image().size();
    int classes = network.classes();
    byte[] probabilities = new byte[count * classes];
    float[] logits = new float[count * classes];
    // The last images may be fewer: what else lies there is computed and not looked at.
    float[] images = new float[BATCH * size];
    for (int first = 0; first < count; first += BATCH) {
      int some = Math.min(BATCH, count - first);
      for (int i = 0; i < some * size; i++) {
        images[i] = pixels[first * size + i] - IntegerNetwork.PIXEL.zeroPoint();
      }
      float[] found = steps.run(images);
      for (int i = 0; i < some; i++) {
        outputs(found, i, first + i, probabilities, logits);
      }
    }
    return new IntegerOutputs(probabilities, logits);
  }

  /** Those of one image from its logits less their zero point. */
  private void outputs(float[] found, int from, int to, byte[] probabilities, float[] logits) {
    IntegerOp op = network.logits();
    int classes = network.classes();
    byte[] integers = new byte[classes];
    for (int c = 0; c < classes; c++) {
      integers[c] = (byte) (found[from * classes + c] + op.affine().zeroPoint());
      logits[to * classes + c] = op.affine().real(integers[c]);
    }
    System.arraycopy(softmax.of(integers), 0, probabilities, to * classes, classes);
  }

  @Override
  public void close() {
    steps.close();
  }
}
