package dev.espalier.workers.engine;

import dev.espalier.workers.model.Dropout;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A network's predictions by its definition, in double precision and without any library. */
public final class PlainForward {
  private final Network network;
  private final Map<String, Tensor> tensors;
  private final Map<String, double[]> rows = new HashMap<>();

  private PlainForward(Network network, List<Tensor> tensors) {
    this.network = network;
    this.tensors = tensors.stream().collect(Collectors.toMap(Tensor::name, t -> t));
  }

  public static float[] probabilities(
      Network network, List<Tensor> tensors, float[] images, int count) {
    PlainForward forward = new PlainForward(network, tensors);
    int size = network.input().size();
    float[] result = new float[count * network.classes()];
    for (int i = 0; i < count; i++) {
      double[] image = new double[size];
      for (int j = 0; j < size; j++) {
        image[j] = images[i * size + j];
      }
      double[] answer = forward.run(image);
      for (int j = 0; j < answer.length; j++) {
        result[i * answer.length + j] = (float) answer[j];
      }
    }
    return result;
  }

  /** What every row gives for one image, in [height, width, channels], by name. */
  public static Map<String, double[]> rows(Network network, List<Tensor> tensors, float[] image) {
    PlainForward forward = new PlainForward(network, tensors);
    double[] pixels = new double[image.length];
    Arrays.setAll(pixels, i -> image[i]);
    forward.run(pixels);
    return forward.rows;
  }

  /** The values of the classes before the softmax, for one image. */
  public static double[] logits(Network network, List<Tensor> tensors, float[] image) {
    Layer.Output last = (Layer.Output) network.layers().get(network.layers().size() - 1);
    PlainForward forward = new PlainForward(network, tensors);
    forward.rows.putAll(rows(network, tensors, image));
    return forward.dense(known(forward.rows, last.input()), last.classes(), last);
  }

  private double[] run(double[] image) {
    rows.put(Network.INPUT, image);
    for (Layer layer : network.layers()) {
      rows.put(layer.name(), row(layer));
    }
    return known(rows, network.layers().get(network.layers().size() - 1).name());
  }

  private double[] row(Layer layer) {
    Shape out = known(network.shapes(), layer.name());
    Shape in = known(network.shapes(), layer.inputs().get(0));
    double[] x = known(rows, layer.inputs().get(0));
    if (layer instanceof Layer.Convolution c) {
      double[] y =
          convolve(x, in, out, values(c, "W"), c.kernel(), c.stride(), c.padding(), c.in());
      return activate(c.bias() ? plus(y, values(c, "b")) : y, c.activation());
    } else if (layer instanceof Layer.Depthwise d) {
      double[] y = convolve(x, in, out, values(d, "W"), d.kernel(), d.stride(), d.padding(), 1);
      return activate(d.bias() ? plus(y, values(d, "b")) : y, d.activation());
    } else if (layer instanceof Layer.BatchNorm n) {
      return activate(normalize(x, n), n.activation());
    } else if (layer instanceof Layer.Add a) {
      double[] right = known(rows, a.right());
      double[] sum = new double[x.length];
      Arrays.setAll(sum, i -> x[i] + right[i]);
      return activate(sum, a.activation());
    } else if (layer instanceof Layer.Pad p) {
      return pad(x, in, out, p.padding());
    } else if (layer instanceof Pool p) {
      return pool(x, in, out, p);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      double[] mean = new double[out.channels()];
      for (int i = 0; i < x.length; i++) {
        mean[i % mean.length] += x[i] / in.pixels();
      }
      return mean;
    } else if (layer instanceof Dropout) {
      return x;
    } else if (layer instanceof Layer.Dense d) {
      return activate(dense(x, d.out(), d), d.activation());
    } else if (layer instanceof Layer.Output o) {
      return softmax(dense(x, o.classes(), o));
    }
    throw new AssertionError(layer);
  }

  /** Kernel [out, in / groups, k, k]; with one input channel each, output channel c reads c. */
  private static double[] convolve(
      double[] x, Shape in, Shape out, float[] w, int k, int stride, int padding, int reads) {
    double[] y = new double[out.size()];
    boolean depthwise = reads == 1 && in.channels() == out.channels();
    for (int i = 0; i < y.length; i++) {
      int o = i % out.channels();
      int row = i / out.channels() / out.width();
      int column = i / out.channels() % out.width();
      for (int c = 0; c < reads; c++) {
        for (int kernel = 0; kernel < k * k; kernel++) {
          int r = row * stride - padding + kernel / k;
          int q = column * stride - padding + kernel % k;
          if (r >= 0 && r < in.height() && q >= 0 && q < in.width()) {
            int channel = depthwise ? o : c;
            y[i] +=
                x[(r * in.width() + q) * in.channels() + channel]
                    * w[(o * reads + c) * k * k + kernel];
          }
        }
      }
    }
    return y;
  }

  private double[] normalize(double[] x, Layer.BatchNorm n) {
    float[] gamma = values(n, "gamma");
    float[] beta = values(n, "beta");
    float[] mean = values(n, "mean");
    float[] variance = values(n, "var");
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i % n.channels();
      y[i] = gamma[c] * (x[i] - mean[c]) / Math.sqrt(variance[c] + n.epsilon()) + beta[c];
    }
    return y;
  }

  private static double[] pad(double[] x, Shape in, Shape out, Padding padding) {
    double[] y = new double[out.size()];
    for (int i = 0; i < x.length; i++) {
      int row = i / in.channels() / in.width() + padding.top();
      int column = i / in.channels() % in.width() + padding.left();
      y[(row * out.width() + column) * in.channels() + i % in.channels()] = x[i];
    }
    return y;
  }

  private static double[] pool(double[] x, Shape in, Shape out, Pool pool) {
    double[] y = new double[out.size()];
    for (int i = 0; i < y.length; i++) {
      int top = i / out.channels() / out.width() * pool.stride() - pool.padding().top();
      int left = i / out.channels() % out.width() * pool.stride() - pool.padding().left();
      double greatest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int count = 0;
      for (int at = 0; at < pool.size() * pool.size(); at++) {
        int row = top + at / pool.size();
        int column = left + at % pool.size();
        if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
          double value = x[(row * in.width() + column) * in.channels() + i % in.channels()];
          greatest = Math.max(greatest, value);
          sum += value;
          count++;
        }
      }
      y[i] = pool.function() == Pool.Function.MAX ? greatest : sum / count;
    }
    return y;
  }

  private double[] dense(double[] x, int out, Layer layer) {
    float[] w = values(layer, "W");
    double[] y = new double[out];
    for (int i = 0; i < w.length; i++) {
      y[i / x.length] += w[i] * x[i % x.length];
    }
    return plus(y, values(layer, "b"));
  }

  private static double[] plus(double[] y, float[] bias) {
    double[] sum = new double[y.length];
    Arrays.setAll(sum, i -> y[i] + bias[i % bias.length]);
    return sum;
  }

  private static double[] activate(double[] y, Activation activation) {
    return switch (activation) {
      case IDENTITY -> y;
      case RELU -> Arrays.stream(y).map(v -> Math.max(v, 0)).toArray();
      case RELU6 -> Arrays.stream(y).map(v -> Math.min(Math.max(v, 0), 6)).toArray();
    };
  }

  private static double[] softmax(double[] y) {
    double greatest = Arrays.stream(y).max().orElseThrow();
    double[] powers = Arrays.stream(y).map(v -> Math.exp(v - greatest)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(v -> v / sum).toArray();
  }

  private float[] values(Layer layer, String key) {
    return known(tensors, layer.name() + "/" + key).values();
  }

  private static <V> V known(Map<String, V> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }
}
