package dev.espalier.workers.engine;

import dev.espalier.workers.inference.IntegerInference;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.IntegerOutputs;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.Rounding;
import dev.espalier.workers.onednn.ThreadScratch;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Predictions of an integer network, in the rounding of TensorFlow Lite Micro: on oneDNN where the
 * process has it, else by the reference, which is slow. The bits are the same everywhere.
 *
 * <p>It belongs to one thread.
 */
public final class IntegerPredictor implements AutoCloseable {
  private final IntegerNetwork network;
  private final IntegerReference reference;
  private final @Nullable IntegerInference inference;

  /** The predictor of a network by the engine of this process. */
  public static IntegerPredictor of(IntegerNetwork network) {
    return new IntegerPredictor(network, Engine.current());
  }

  IntegerPredictor(IntegerNetwork network, Engine engine) {
    this.network = network;
    reference = new IntegerReference(network, Rounding.TFLM);
    inference = engine == Engine.ONEDNN ? new IntegerInference(network) : null;
  }

  /**
   * Predicts.
   *
   * @param pixels of the images, [count, height, width, channels], less 128
   * @throws IllegalArgumentException if there are not so many images
   */
  public IntegerOutputs predict(byte[] pixels, int count) {
    network.requireImages(pixels, count);
    return inference == null ? byReference(pixels, count) : inference.predict(pixels, count);
  }

  private IntegerOutputs byReference(byte[] pixels, int count) {
    int size = network.image().size();
    int classes = network.classes();
    byte[] probabilities = new byte[count * classes];
    float[] logits = new float[count * classes];
    for (int i = 0; i < count; i++) {
      Map<String, byte[]> values =
          reference.values(Arrays.copyOfRange(pixels, i * size, (i + 1) * size));
      byte[] softmax = of(values, network.ops().get(network.ops().size() - 1));
      byte[] integers = of(values, network.logits());
      System.arraycopy(softmax, 0, probabilities, i * classes, classes);
      for (int c = 0; c < classes; c++) {
        logits[i * classes + c] = network.logits().affine().real(integers[c]);
      }
    }
    return new IntegerOutputs(probabilities, logits);
  }

  private static byte[] of(Map<String, byte[]> values, IntegerOp op) {
    return Objects.requireNonNull(values.get(op.name()), op.name());
  }

  /** Frees its native memory and this thread's scratch memory; from the thread that used it. */
  @Override
  public void close() {
    if (inference != null) {
      inference.close();
      ThreadScratch.release();
    }
  }
}
