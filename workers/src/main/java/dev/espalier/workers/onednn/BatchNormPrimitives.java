package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Layer.Activation;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_batch_normalization_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * Batch norm and its activation at one input shape. ReLU is fused into the passes of training and
 * inference alike; ReLU6 follows in place.
 */
public final class BatchNormPrimitives implements AutoCloseable {
  private final dnnl_memory_desc_t images;
  private final float epsilon;
  private final boolean ofBatch;
  private final boolean relu;
  private final @Nullable Rectifier relu6;
  private final NativeBuffer signs = new NativeBuffer();
  private @Nullable Primitive training;
  private @Nullable Primitive inference;
  private @Nullable Primitive backward;

  /** Those of a batch norm that normalizes by mean and variance of the batch in training. */
  public BatchNormPrimitives(Activation activation, double epsilon, ImageFormat at) {
    this(activation, epsilon, at, true);
  }

  /**
   * @param ofBatch whether training normalizes by mean and variance of the batch; else by given
   *     ones, which are constants to the gradient
   */
  public BatchNormPrimitives(
      Activation activation, double epsilon, ImageFormat at, boolean ofBatch) {
    images = at.memory();
    this.ofBatch = ofBatch;
    this.epsilon = (float) epsilon;
    relu = activation == Activation.RELU;
    relu6 = activation == Activation.RELU6 ? new Rectifier(activation, at.length()) : null;
  }

  /** Writes mean and variance of the batch as well, or reads them where they are given. */
  public void train(
      long inputAt, long outputAt, long meanAt, long varianceAt, long gammaAt, long betaAt) {
    if (training == null) {
      training =
          new Primitive(
              describeForward(true),
              withSigns(
                  DNNL_ARG_SRC,
                  DNNL_ARG_DST,
                  DNNL_ARG_MEAN,
                  DNNL_ARG_VARIANCE,
                  DNNL_ARG_SCALE,
                  DNNL_ARG_SHIFT));
    }
    run(training, inputAt, outputAt, meanAt, varianceAt, gammaAt, betaAt);
    if (relu6 != null) {
      relu6.forward(outputAt);
    }
  }

  /** With the running mean and variance. */
  public void infer(
      long inputAt, long outputAt, long meanAt, long varianceAt, long gammaAt, long betaAt) {
    if (inference == null) {
      inference =
          new Primitive(
              describeForward(false),
              DNNL_ARG_SRC,
              DNNL_ARG_DST,
              DNNL_ARG_MEAN,
              DNNL_ARG_VARIANCE,
              DNNL_ARG_SCALE,
              DNNL_ARG_SHIFT);
    }
    inference.run(inputAt, outputAt, meanAt, varianceAt, gammaAt, betaAt);
    if (relu6 != null) {
      relu6.forward(outputAt);
    }
  }

  /** Where the tensors of a backward pass lie. */
  public record Backward(
      long input,
      long output,
      long outputGradient,
      long inputGradient,
      long mean,
      long variance,
      long gamma,
      long beta,
      long gammaGradient,
      long betaGradient) {}

  /** Follows {@link #train} on the same batch. */
  public void backward(Backward at) {
    if (backward == null) {
      // The shift is read by nothing, but oneDNN 2.5 wants it wherever there is a scale.
      backward =
          new Primitive(
              describeBackward(),
              withSigns(
                  DNNL_ARG_SRC,
                  DNNL_ARG_DIFF_DST,
                  DNNL_ARG_DIFF_SRC,
                  DNNL_ARG_MEAN,
                  DNNL_ARG_VARIANCE,
                  DNNL_ARG_SCALE,
                  DNNL_ARG_SHIFT,
                  DNNL_ARG_DIFF_SCALE,
                  DNNL_ARG_DIFF_SHIFT));
    }
    long gradient = at.outputGradient();
    if (relu6 != null) {
      relu6.backward(at.output(), gradient, at.inputGradient());
      gradient = at.inputGradient();
    }
    run(
        backward,
        at.input(),
        gradient,
        at.inputGradient(),
        at.mean(),
        at.variance(),
        at.gamma(),
        at.beta(),
        at.gammaGradient(),
        at.betaGradient());
  }

  @Override
  public void close() {
    signs.close();
    if (relu6 != null) {
      relu6.close();
    }
    if (training != null) {
      training.close();
    }
    if (inference != null) {
      inference.close();
    }
    if (backward != null) {
      backward.close();
    }
  }

  private void run(Primitive primitive, long... addresses) {
    if (!relu) {
      primitive.run(addresses);
      return;
    }
    long[] all = Arrays.copyOf(addresses, addresses.length + 1);
    all[addresses.length] = signs.atLeast(primitive.bytes(DNNL_ARG_WORKSPACE));
    primitive.run(all);
  }

  /** Fused ReLU remembers in a workspace which values it let through. */
  private int[] withSigns(int... arguments) {
    return relu
        ? IntStream.concat(IntStream.of(arguments), IntStream.of(DNNL_ARG_WORKSPACE)).toArray()
        : arguments;
  }

  private dnnl_primitive_desc describeForward(boolean trains) {
    dnnl_batch_normalization_desc_t operation = new dnnl_batch_normalization_desc_t();
    Onednn.check(
        dnnl_batch_normalization_forward_desc_init(
            operation,
            trains ? dnnl_forward_training : dnnl_forward_inference,
            images,
            epsilon,
            trains ? trainingFlags() : flags() | dnnl_use_global_stats));
    return Onednn.describe(operation, Onednn.PLAIN, null);
  }

  private dnnl_primitive_desc describeBackward() {
    dnnl_batch_normalization_desc_t operation = new dnnl_batch_normalization_desc_t();
    Onednn.check(
        dnnl_batch_normalization_backward_desc_init(
            operation, dnnl_backward, images, images, epsilon, trainingFlags()));
    dnnl_primitive_desc hint = describeForward(true);
    try {
      return Onednn.describe(operation, Onednn.PLAIN, hint);
    } finally {
      Onednn.check(dnnl_primitive_desc_destroy(hint));
    }
  }

  private int trainingFlags() {
    return ofBatch ? flags() : flags() | dnnl_use_global_stats;
  }

  private int flags() {
    return dnnl_use_scale | dnnl_use_shift | (relu ? dnnl_fuse_norm_relu : 0);
  }
}
