package dev.espalier.workers.onednn;

/**
 * A pooling without overlap by its definition; images are [batch, height, width, channels].
 *
 * @param size of a max-pool; 0 for the mean of all pixels
 */
public record PlainPool(int size, ImageFormat from, ImageFormat to) {
  public double[] forward(float[] x) {
    double[] y = new double[(int) to.length()];
    for (int i = 0; i < y.length; i++) {
      y[i] = size == 0 ? 0 : Double.NEGATIVE_INFINITY;
    }
    int pixels = from.height() * from.width();
    for (int i = 0; i < x.length; i++) {
      int output = output(i);
      if (size == 0) {
        y[output] += (double) x[i] / pixels;
      } else if (output >= 0) {
        y[output] = Math.max(y[output], x[i]);
      }
    }
    return y;
  }

  /** The values of {@code x} are all different. */
  double[] inputGradient(float[] x, float[] gradient) {
    double[] y = forward(x);
    double[] result = new double[x.length];
    int pixels = from.height() * from.width();
    for (int i = 0; i < x.length; i++) {
      int output = output(i);
      if (size == 0) {
        result[i] = (double) gradient[output] / pixels;
      } else if (output >= 0 && y[output] == x[i]) {
        result[i] = gradient[output];
      }
    }
    return result;
  }

  /** Which output an input belongs to; -1 for those behind the last whole window. */
  private int output(int input) {
    int channel = input % from.channels();
    int pixel = input / from.channels();
    int column = pixel % from.width();
    int row = pixel / from.width() % from.height();
    int image = pixel / from.width() / from.height();
    int y = size == 0 ? 0 : row / size;
    int x = size == 0 ? 0 : column / size;
    return y < to.height() && x < to.width()
        ? ((image * to.height() + y) * to.width() + x) * to.channels() + channel
        : -1;
  }
}
