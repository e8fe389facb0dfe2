package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;

/**
 * The hyperparameters of a pooling. Padding counts for neither the greatest value nor the mean.
 *
 * @param height of a window, in pixels
 * @param width of a window, in pixels
 * @param down from a window to that below it, in pixels
 * @param right from a window to the next one, in pixels
 * @param padding less than the window on each side
 */
public record PoolForm(
    Pool.Function function, int height, int width, int down, int right, Padding padding) {

  /** That of a row of a table. */
  public static PoolForm of(Pool row) {
    return new PoolForm(
        row.function(), row.size(), row.size(), row.stride(), row.stride(), row.padding());
  }

  /** The mean of all pixels of images of a size. */
  public static PoolForm mean(int height, int width) {
    return new PoolForm(Pool.Function.AVERAGE, height, width, height, width, Padding.NONE);
  }

  /** oneDNN's number of the kind of pooling. */
  public int algorithm() {
    return function == Pool.Function.MAX ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding;
  }

  /** What it gives for images, lying as they do. */
  ImageFormat output(ImageFormat from) {
    int tall = from.height() + padding.top() + padding.bottom();
    int wide = from.width() + padding.left() + padding.right();
    return from.with(from.channels(), (tall - height) / down + 1, (wide - width) / right + 1);
  }

  public long[] window() {
    return new long[] {height, width};
  }

  public long[] strides() {
    return new long[] {down, right};
  }

  /** Before the first row and column. */
  public long[] before() {
    return new long[] {padding.top(), padding.left()};
  }

  /** Behind the last row and column. */
  public long[] behind() {
    return new long[] {padding.bottom(), padding.right()};
  }
}
