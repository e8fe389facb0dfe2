package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * A pooling without overlap or padding at one input shape. For a max-pool the workspace remembers
 * which pixel was the greatest.
 */
public final class PoolPrimitives implements AutoCloseable {
  private static final long[] NO_PADDING = {0, 0};

  private final int algorithm;
  private final long[] window;
  private final ImageFormat from;
  private final ImageFormat to;
  private final NativeBuffer greatest = new NativeBuffer();
  private final Primitive forward;
  private @Nullable Primitive backward;

  private PoolPrimitives(int algorithm, int height, int width, ImageFormat from) {
    this.algorithm = algorithm;
    this.from = from;
    window = new long[] {height, width};
    to = from.with(from.channels(), from.height() / height, from.width() / width, from.blocked());
    forward = new Primitive(describeForward(), withGreatest(DNNL_ARG_SRC, DNNL_ARG_DST));
  }

  /** The greatest of each {@code size} x {@code size} pixels. */
  public static PoolPrimitives max(int size, ImageFormat from) {
    return new PoolPrimitives(dnnl_pooling_max, size, size, from);
  }

  /** The mean of all pixels of a channel. */
  public static PoolPrimitives mean(ImageFormat from) {
    return new PoolPrimitives(dnnl_pooling_avg_exclude_padding, from.height(), from.width(), from);
  }

  /** The images that {@link #forward} writes. */
  public ImageFormat output() {
    return to;
  }

  public void forward(long inputAt, long outputAt) {
    run(forward, inputAt, outputAt);
  }

  /** Follows {@link #forward} on the same batch. */
  public void backward(long outputGradientAt, long inputGradientAt) {
    if (backward == null) {
      backward =
          new Primitive(describeBackward(), withGreatest(DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC));
    }
    run(backward, outputGradientAt, inputGradientAt);
  }

  @Override
  public void close() {
    greatest.close();
    forward.close();
    if (backward != null) {
      backward.close();
    }
  }

  private int[] withGreatest(int first, int second) {
    return algorithm == dnnl_pooling_max
        ? new int[] {first, second, DNNL_ARG_WORKSPACE}
        : new int[] {first, second};
  }

  private void run(Primitive primitive, long first, long second) {
    if (algorithm == dnnl_pooling_max) {
      primitive.run(first, second, greatest.atLeast(primitive.bytes(DNNL_ARG_WORKSPACE)));
    } else {
      primitive.run(first, second);
    }
  }

  private dnnl_primitive_desc describeForward() {
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    Onednn.check(
        dnnl_pooling_forward_desc_init(
            operation,
            dnnl_forward_training,
            algorithm,
            from.memory(),
            to.memory(),
            window,
            window,
            NO_PADDING,
            NO_PADDING));
    return Onednn.describe(operation, Onednn.PLAIN, null);
  }

  private dnnl_primitive_desc describeBackward() {
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    Onednn.check(
        dnnl_pooling_backward_desc_init(
            operation,
            algorithm,
            from.memory(),
            to.memory(),
            window,
            window,
            NO_PADDING,
            NO_PADDING));
    dnnl_primitive_desc hint = describeForward();
    try {
      return Onednn.describe(operation, Onednn.PLAIN, hint);
    } finally {
      Onednn.check(dnnl_primitive_desc_destroy(hint));
    }
  }
}
