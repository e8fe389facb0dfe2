package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Layer.Activation;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** ReLU or ReLU6 over a number of values. */
public final class Rectifier implements AutoCloseable {
  private static final float SIX = 6f;

  private final int algorithm;
  private final dnnl_memory_desc_t values;
  private final Primitive forward;
  private @Nullable Primitive backward;

  public Rectifier(Activation activation, long length) {
    algorithm =
        switch (activation) {
          case RELU -> dnnl_eltwise_relu_use_dst_for_bwd;
          case RELU6 -> dnnl_eltwise_clip_v2_use_dst_for_bwd;
          case IDENTITY -> throw new IllegalArgumentException("the identity rectifies nothing");
        };
    values = Onednn.list(length);
    forward = new Primitive(describeForward(), DNNL_ARG_SRC, DNNL_ARG_DST);
  }

  /** In place. */
  public void forward(long valuesAt) {
    forward.run(valuesAt, valuesAt);
  }

  /**
   * Writes the gradient with respect to the input.
   *
   * @param outputAt what {@link #forward} wrote
   * @param inputGradientAt may be {@code outputGradientAt}
   */
  public void backward(long outputAt, long outputGradientAt, long inputGradientAt) {
    if (backward == null) {
      backward =
          new Primitive(describeBackward(), DNNL_ARG_DST, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC);
    }
    backward.run(outputAt, outputGradientAt, inputGradientAt);
  }

  @Override
  public void close() {
    forward.close();
    if (backward != null) {
      backward.close();
    }
  }

  private dnnl_primitive_desc describeForward() {
    dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
    Onednn.check(
        dnnl_eltwise_forward_desc_init(
            operation, dnnl_forward_training, algorithm, values, 0f, upper()));
    return Onednn.describe(operation, Onednn.PLAIN, null);
  }

  private dnnl_primitive_desc describeBackward() {
    dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
    Onednn.check(
        dnnl_eltwise_backward_desc_init(operation, algorithm, values, values, 0f, upper()));
    dnnl_primitive_desc hint = describeForward();
    try {
      return Onednn.describe(operation, Onednn.PLAIN, hint);
    } finally {
      Onednn.check(dnnl_primitive_desc_destroy(hint));
    }
  }

  private float upper() {
    return algorithm == dnnl_eltwise_clip_v2_use_dst_for_bwd ? SIX : 0f;
  }
}
