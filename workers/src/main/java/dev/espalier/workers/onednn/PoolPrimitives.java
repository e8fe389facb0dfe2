package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Pool;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * A pooling at one input shape. For a max-pool the workspace remembers which pixel was the
 * greatest.
 */
public final class PoolPrimitives implements AutoCloseable {
  private final PoolForm form;
  private final ImageFormat from;
  private final ImageFormat to;
  private final NativeBuffer greatest = new NativeBuffer();
  private final Primitive forward;
  private @Nullable Primitive backward;

  public PoolPrimitives(PoolForm form, ImageFormat from) {
    this.form = form;
    this.from = from;
    to = form.output(from);
    forward = new Primitive(describeForward(), withGreatest(DNNL_ARG_SRC, DNNL_ARG_DST));
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
    return form.function() == Pool.Function.MAX
        ? new int[] {first, second, DNNL_ARG_WORKSPACE}
        : new int[] {first, second};
  }

  private void run(Primitive primitive, long first, long second) {
    if (form.function() == Pool.Function.MAX) {
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
            form.algorithm(),
            from.memory(),
            to.memory(),
            form.strides(),
            form.window(),
            form.before(),
            form.behind()));
    return Onednn.describe(operation, Onednn.PLAIN, null);
  }

  private dnnl_primitive_desc describeBackward() {
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    Onednn.check(
        dnnl_pooling_backward_desc_init(
            operation,
            form.algorithm(),
            from.memory(),
            to.memory(),
            form.strides(),
            form.window(),
            form.before(),
            form.behind()));
    dnnl_primitive_desc hint = describeForward();
    try {
      return Onednn.describe(operation, Onednn.PLAIN, hint);
    } finally {
      Onednn.check(dnnl_primitive_desc_destroy(hint));
    }
  }
}
