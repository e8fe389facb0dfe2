package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.jspecify.annotations.Nullable;

/**
 * The sum of two batches of images, and ReLU on it, in one pass. The sum lies as the left one does;
 * the right one may lie in the other form.
 */
public final class AddPrimitives implements AutoCloseable {
  private final Reordered sum;
  private final ImageFormat left;
  private final ImageFormat right;
  private @Nullable Primitive gradient;

  public AddPrimitives(boolean relu, ImageFormat left, ImageFormat right) {
    this.left = left;
    this.right = right;
    dnnl_memory_desc_t values = left.memory();
    dnnl_binary_desc_t operation = new dnnl_binary_desc_t();
    Onednn.check(dnnl_binary_desc_init(operation, dnnl_binary_add, values, values, values));
    sum =
        new Reordered(
            Onednn.describe(operation, relu ? Onednn.RELU : Onednn.PLAIN, null),
            2,
            new int[] {DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST},
            values,
            right.memory(),
            values);
  }

  public void run(long leftAt, long rightAt, long sumAt) {
    sum.run(leftAt, rightAt, sumAt);
  }

  /** How the gradient of the right summand lies. */
  public ImageFormat right() {
    return right;
  }

  /** Copies the gradient of the left summand as that of the right one. */
  public void copyGradient(long leftAt, long rightAt) {
    if (gradient == null) {
      gradient = Reordered.reorder(left.memory(), right.memory());
    }
    gradient.run(leftAt, rightAt);
  }

  @Override
  public void close() {
    sum.close();
    if (gradient != null) {
      gradient.close();
    }
  }
}
