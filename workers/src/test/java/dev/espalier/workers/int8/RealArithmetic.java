package dev.espalier.workers.int8;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * What an operation on integers approximates: the same operation on the numbers that its integers
 * stand for, in double precision.
 */
final class RealArithmetic {
  private RealArithmetic() {}

  /**
   * What an operation gives.
   *
   * @param inputs the numbers that its inputs stand for
   * @param from the shape of the first of them
   * @param scale of the first of them
   */
  static double[] value(IntegerOp op, double[][] inputs, Shape from, double scale) {
    double[] x = inputs[0];
    if (op instanceof IntegerOp.Convolution c) {
      return activated(convolution(c, x, from, scale), c.activation());
    } else if (op instanceof IntegerOp.Dense d) {
      double[] y = new double[d.bias().length];
      Arrays.setAll(y, o -> d.bias()[o] * scale * d.scale());
      for (int i = 0; i < d.weights().length; i++) {
        y[i / x.length] += x[i % x.length] * d.weights()[i] * d.scale();
      }
      return activated(y, d.activation());
    } else if (op instanceof IntegerOp.Add a) {
      double[] y = new double[x.length];
      Arrays.setAll(y, i -> x[i] + inputs[1][i]);
      return activated(y, a.activation());
    } else if (op instanceof IntegerOp.Pad p) {
      double[] y = new double[p.shape().size()];
      for (int i = 0; i < x.length; i++) {
        int row = i / from.channels() / from.width() + p.padding().top();
        int column = i / from.channels() % from.width() + p.padding().left();
        y[(row * p.shape().width() + column) * from.channels() + i % from.channels()] = x[i];
      }
      return y;
    } else if (op instanceof IntegerOp.SquarePool p) {
      return pool(p, x, from);
    } else if (op instanceof IntegerOp.GlobalAveragePool) {
      double[] y = new double[from.channels()];
      for (int i = 0; i < x.length; i++) {
        y[i % y.length] += x[i] / from.pixels();
      }
      return y;
    }
    double greatest = Arrays.stream(x).max().orElseThrow();
    double sum = Arrays.stream(x).map(v -> Math.exp(v - greatest)).sum();
    return Arrays.stream(x).map(v -> Math.exp(v - greatest) / sum).toArray();
  }

  /** Adds what each weight gives to all pixels of its output channel. */
  private static double[] convolution(
      IntegerOp.Convolution c, double[] x, Shape from, double scale) {
    Shape to = c.shape();
    double[] y = new double[to.size()];
    Arrays.setAll(y, i -> c.bias()[i % to.channels()] * scale * c.scales()[i % to.channels()]);
    int k = c.kernel();
    for (int w = 0; w < c.weights().length; w++) {
      int out = w * to.channels() / c.weights().length;
      int in = c.depthwise() ? out : w / k / k % from.channels();
      double weight = (double) c.weights()[w] * c.scales()[out];
      for (int pixel = 0; pixel < to.pixels(); pixel++) {
        int row = pixel / to.width() * c.stride() + w / k % k - c.padding();
        int column = pixel % to.width() * c.stride() + w % k - c.padding();
        if (row >= 0 && column >= 0 && row < from.height() && column < from.width()) {
          double read = x[(row * from.width() + column) * from.channels() + in];
          y[pixel * to.channels() + out] += read * weight;
        }
      }
    }
    return y;
  }

  /** Looks for the pixels of a square among all of the image. */
  private static double[] pool(IntegerOp.SquarePool p, double[] x, Shape from) {
    Shape to = p.shape();
    double[] y = new double[to.size()];
    for (int i = 0; i < y.length; i++) {
      int top = i / to.channels() / to.width() * p.stride() - p.padding().top();
      int left = i / to.channels() % to.width() * p.stride() - p.padding().left();
      List<Double> square = new ArrayList<>();
      for (int j = i % to.channels(); j < x.length; j += from.channels()) {
        int row = j / from.channels() / from.width() - top;
        int column = j / from.channels() % from.width() - left;
        if (row >= 0 && row < p.size() && column >= 0 && column < p.size()) {
          square.add(x[j]);
        }
      }
      DoubleSummaryStatistics found =
          square.stream().mapToDouble(Double::doubleValue).summaryStatistics();
      y[i] = p.function() == Pool.Function.MAX ? found.getMax() : found.getAverage();
    }
    return y;
  }

  private static double[] activated(double[] y, Activation activation) {
    double low = activation == Activation.IDENTITY ? Double.NEGATIVE_INFINITY : 0;
    double high = activation == Activation.RELU6 ? 6 : Double.POSITIVE_INFINITY;
    return Arrays.stream(y).map(v -> Math.max(low, Math.min(high, v))).toArray();
  }
}
