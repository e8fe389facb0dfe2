package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Padding;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Zeros around images of one shape: a copy into the middle of larger ones, and back. */
public final class PadPrimitives implements AutoCloseable {
  private final ImageFormat from;
  private final ImageFormat to;
  private final dnnl_memory_desc_t middle;
  private final Primitive forward;
  private @Nullable Primitive backward;

  /**
   * @param from how the images lie; the larger ones lie alike
   */
  public PadPrimitives(Padding padding, ImageFormat from) {
    this(padding, from, from.memory());
  }

  /**
   * @param images their own format; the larger ones lie as {@code from} does
   */
  public PadPrimitives(Padding padding, ImageFormat from, dnnl_memory_desc_t images) {
    this.from = from;
    to =
        from.with(
            from.channels(),
            from.height() + padding.top() + padding.bottom(),
            from.width() + padding.left() + padding.right());
    middle = new dnnl_memory_desc_t();
    long[] offsets = {0, 0, padding.top(), padding.left()};
    Onednn.check(dnnl_memory_desc_init_submemory(middle, to.memory(), from.dims(), offsets));
    forward = Reordered.reorder(images, middle);
  }

  /** The images that {@link #forward} writes. */
  public ImageFormat output() {
    return to;
  }

  public void forward(long inputAt, long outputAt) {
    Pointer.memset(ThreadScratch.current().cursor.at(outputAt), 0, to.length() * Float.BYTES);
    forward.run(inputAt, outputAt);
  }

  /** Writes the gradient with respect to the input: that of zeros goes nowhere. */
  public void backward(long outputGradientAt, long inputGradientAt) {
    if (backward == null) {
      backward = Reordered.reorder(middle, from.memory());
    }
    backward.run(outputGradientAt, inputGradientAt);
  }

  @Override
  public void close() {
    forward.close();
    if (backward != null) {
      backward.close();
    }
  }
}
