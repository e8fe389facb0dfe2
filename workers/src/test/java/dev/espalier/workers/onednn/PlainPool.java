package dev.espalier.workers.onednn;

import dev.espalier.workers.model.Pool;
import java.util.ArrayList;
import java.util.List;

/** A pooling by its definition; images are [batch, height, width, channels]. */
public record PlainPool(PoolForm form, ImageFormat from) {
  /** What it gives. */
  public ImageFormat to() {
    int rows = steps(form.padding().top(), from.height(), form.padding().bottom(), true);
    int columns = steps(form.padding().left(), from.width(), form.padding().right(), false);
    return from.in(ImageFormat.PLAIN).with(from.channels(), rows, columns);
  }

  public double[] forward(float[] x) {
    double[] y = new double[(int) to().length()];
    for (int i = 0; i < y.length; i++) {
      List<Integer> window = window(i);
      y[i] =
          isMax()
              ? x[greatest(x, window)]
              : window.stream().mapToDouble(at -> x[at]).average().orElseThrow();
    }
    return y;
  }

  /** The values of {@code x} are all different. */
  double[] inputGradient(float[] x, float[] gradient) {
    double[] result = new double[x.length];
    for (int i = 0; i < gradient.length; i++) {
      List<Integer> window = window(i);
      if (isMax()) {
        result[greatest(x, window)] += gradient[i];
      } else {
        for (int at : window) {
          result[at] += (double) gradient[i] / window.size();
        }
      }
    }
    return result;
  }

  private boolean isMax() {
    return form.function() == Pool.Function.MAX;
  }

  private static int greatest(float[] x, List<Integer> window) {
    return window.stream().reduce((a, b) -> x[a] >= x[b] ? a : b).orElseThrow();
  }

  /** How many windows fit one behind the other. */
  private int steps(int before, int pixels, int behind, boolean down) {
    int steps = 0;
    int size = down ? form.height() : form.width();
    int start = -before;
    while (start + size <= pixels + behind) {
      steps++;
      start += down ? form.down() : form.right();
    }
    return steps;
  }

  /** The inputs under the window of an output. */
  private List<Integer> window(int output) {
    ImageFormat to = to();
    int channel = output % to.channels();
    int pixel = output / to.channels();
    int left = pixel % to.width() * form.right() - form.padding().left();
    int top = pixel / to.width() % to.height() * form.down() - form.padding().top();
    int image = pixel / to.width() / to.height();
    List<Integer> inputs = new ArrayList<>();
    for (int y = Math.max(0, top); y < Math.min(from.height(), top + form.height()); y++) {
      for (int x = Math.max(0, left); x < Math.min(from.width(), left + form.width()); x++) {
        inputs.add(((image * from.height() + y) * from.width() + x) * from.channels() + channel);
      }
    }
    return inputs;
  }
}
