package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.jspecify.annotations.Nullable;

/**
 * The sum of two batches of images, and ReLU on it, in one pass. The sum lies as the left one does;
 * the right one may lie in the other form.
 */
public final class AddPrimitives implements AutoCloseable {
  private final Primitive sum;
  private final ImageFormat left;
  private final ImageFormat right;

  /** Brings the right summand into the form of the left one, where they differ. */
  private final @Nullable Primitive alike;

  private @Nullable Primitive gradient;

  public AddPrimitives(boolean relu, ImageFormat left, ImageFormat right) {
    this.left = left;
    this.right = right;
    sum = sum(left.length(), relu ? Onednn.RELU : Onednn.PLAIN);
    alike = left.equals(right) ? null : Reordered.reorder(right.memory(), left.memory());
  }

  /**
   * The sum of two tensors that lie alike, as lists of values: for images in blocks of 8 channels
   * oneDNN 2.5.2 adds 16 values at a time with AVX-512, even where fewer are left, and writes
   * behind the end.
   *
   * @param length in values
   * @param attributes what follows the sum, such as ReLU
   */
  public static Primitive sum(long length, dnnl_primitive_attr attributes) {
    dnnl_memory_desc_t values = Onednn.list(length);
    dnnl_binary_desc_t operation = new dnnl_binary_desc_t();
    Onednn.check(dnnl_binary_desc_init(operation, dnnl_binary_add, values, values, values));
    return new Primitive(
        Onednn.describe(operation, attributes, null), DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST);
  }

  public void run(long leftAt, long rightAt, long sumAt) {
    long rightAlikeAt = rightAt;
    if (alike != null) {
      rightAlikeAt = ThreadScratch.current().reorderedAt(0, left.length() * Float.BYTES);
      alike.run(rightAt, rightAlikeAt);
    }
    sum.run(leftAt, rightAlikeAt, sumAt);
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
    if (alike != null) {
      alike.close();
    }
    if (gradient != null) {
      gradient.close();
    }
  }
}
