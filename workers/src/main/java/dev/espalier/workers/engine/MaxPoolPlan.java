package dev.espalier.workers.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.engine.Plans.Extent;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** A max-pool at one input shape; the workspace remembers which pixel was the greatest. */
final class MaxPoolPlan implements AutoCloseable {
  private static final long[] NO_PADDING = {0, 0};

  private final long[] square;
  private final long[] outputDims;
  private final dnnl_memory_desc_t input;
  private final dnnl_memory_desc_t output;
  private final NativeBuffer greatest = new NativeBuffer();
  private final Primitive forward;
  private @Nullable Primitive backward;

  MaxPoolPlan(int channels, int size, Extent at) {
    square = new long[] {size, size};
    outputDims = new long[] {at.batch(), channels, at.height() / size, at.width() / size};
    input = Onednn.memory(dnnl_nhwc, at.batch(), channels, at.height(), at.width());
    output = Onednn.memory(dnnl_nhwc, outputDims);
    forward = new Primitive(describeForward(), DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE);
  }

  /** Of what {@link #forward} writes: [batch, height, width, channels]. */
  long[] outputShape() {
    return new long[] {outputDims[0], outputDims[2], outputDims[3], outputDims[1]};
  }

  void forward(long inputAt, long outputAt) {
    forward.run(inputAt, outputAt, greatest.atLeast(forward.bytes(DNNL_ARG_WORKSPACE)));
  }

  /** Follows {@link #forward} on the same batch. */
  void backward(long outputGradientAt, long inputGradientAt) {
    if (backward == null) {
      backward =
          new Primitive(
              describeBackward(), DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, DNNL_ARG_WORKSPACE);
    }
    long greatestAt = greatest.atLeast(backward.bytes(DNNL_ARG_WORKSPACE));
    backward.run(outputGradientAt, inputGradientAt, greatestAt);
  }

  @Override
  public void close() {
    greatest.close();
    forward.close();
    if (backward != null) {
      backward.close();
    }
  }

  private dnnl_primitive_desc describeForward() {
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    Onednn.check(
        dnnl_pooling_forward_desc_init(
            operation,
            dnnl_forward_training,
            dnnl_pooling_max,
            input,
            output,
            square,
            square,
            NO_PADDING,
            NO_PADDING));
    return Onednn.describe(operation, Onednn.PLAIN, null);
  }

  private dnnl_primitive_desc describeBackward() {
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    Onednn.check(
        dnnl_pooling_backward_desc_init(
            operation, dnnl_pooling_max, input, output, square, square, NO_PADDING, NO_PADDING));
    dnnl_primitive_desc hint = describeForward();
    try {
      return Onednn.describe(operation, Onednn.PLAIN, hint);
    } finally {
      Onednn.check(dnnl_primitive_desc_destroy(hint));
    }
  }
}
