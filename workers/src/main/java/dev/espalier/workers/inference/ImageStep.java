package dev.espalier.workers.inference;

import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * An operation that keeps what integers mean: padding or pooling of images of integers less their
 * zero point, one image after the other.
 */
final class ImageStep {
  private final IntegerOp op;
  private final Shape from;
  private final Shape to;
  private final int zeroPoint;
  private final float[] image;
  private final float[] result;

  /**
   * @param from the shape of what it reads
   */
  ImageStep(IntegerOp op, Shape from) {
    this.op = op;
    this.from = from;
    to = op.shape();
    zeroPoint = op.affine().zeroPoint();
    image = new float[from.size()];
    result = new float[to.size()];
  }

  /**
   * Computes.
   *
   * @param imagesStart where the images start
   * @param start where the results do
   */
  void run(FloatBuffer memory, int imagesStart, int start, int count) {
    for (int i = 0; i < count; i++) {
      memory.get(imagesStart + i * image.length, image);
      if (op instanceof IntegerOp.Pad pad) {
        pad(pad.padding());
      } else if (op instanceof IntegerOp.SquarePool pool) {
        pool(pool);
      } else {
        averageOfAll();
      }
      memory.put(start + i * result.length, result);
    }
  }

  private void pad(Padding padding) {
    Arrays.fill(result, 0);
    int row = from.width() * from.channels();
    for (int y = 0; y < from.height(); y++) {
      int corner = (y + padding.top()) * to.width() + padding.left();
      System.arraycopy(image, y * row, result, corner * from.channels(), row);
    }
  }

  private void pool(IntegerOp.SquarePool pool) {
    for (int y = 0; y < to.height(); y++) {
      int top = y * pool.stride() - pool.padding().top();
      int first = Math.max(top, 0);
      int bottom = Math.min(top + pool.size(), from.height());
      for (int x = 0; x < to.width(); x++) {
        int left = x * pool.stride() - pool.padding().left();
        int right = Math.min(left + pool.size(), from.width());
        square(pool.function(), first, bottom, Math.max(left, 0), right, y * to.width() + x);
      }
    }
  }

  /** The pixels of the image in a square to one pixel of the result. */
  private void square(Pool.Function function, int top, int bottom, int left, int right, int pixel) {
    int count = (bottom - top) * (right - left);
    for (int channel = 0; channel < to.channels(); channel++) {
      float greatest = Float.NEGATIVE_INFINITY;
      int sum = count * zeroPoint;
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          float value = image[(y * from.width() + x) * from.channels() + channel];
          greatest = Math.max(greatest, value);
          sum += (int) value;
        }
      }
      result[pixel * to.channels() + channel] =
          function == Pool.Function.MAX ? greatest : mean(sum, count);
    }
  }

  private void averageOfAll() {
    int pixels = from.pixels();
    int[] sums = new int[from.channels()];
    Arrays.fill(sums, pixels * zeroPoint);
    for (int at = 0; at < image.length; at += sums.length) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += (int) image[at + c];
      }
    }
    for (int c = 0; c < sums.length; c++) {
      result[c] = mean(sums[c], pixels);
    }
  }

  /** That of the integers themselves, rounded half away from 0, less their zero point. */
  private int mean(int sum, int count) {
    int half = sum > 0 ? count / 2 : -(count / 2);
    return (sum + half) / count - zeroPoint;
  }
}
