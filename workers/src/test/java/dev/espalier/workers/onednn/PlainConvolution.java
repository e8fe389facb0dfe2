package dev.espalier.workers.onednn;

/** The passes of a convolution by its definition; images are [batch, height, width, channels]. */
public record PlainConvolution(ConvolutionForm form, ImageFormat from) {
  /** A product of an input and a weight that is part of an output. */
  interface Product {
    void at(int input, int weight, int output);
  }

  public ImageFormat to() {
    return from.in(ImageFormat.PLAIN)
        .with(form.out(), form.outputSide(from.height()), form.outputSide(from.width()));
  }

  /** [out, in, height, width], or depthwise [height, width, channels]. */
  public int weights() {
    int window = form.kernel() * form.kernel();
    return form.depthwise() ? window * form.in() : window * form.in() * form.out();
  }

  public double[] forward(float[] x, float[] w, float[] bias) {
    double[] y = new double[(int) to().length()];
    for (int i = 0; i < y.length; i++) {
      y[i] = form.bias() ? bias[i % form.out()] : 0;
    }
    products((input, weight, output) -> y[output] += (double) x[input] * w[weight]);
    return y;
  }

  double[] inputGradient(float[] w, float[] gradient) {
    double[] result = new double[(int) from.length()];
    products((input, weight, output) -> result[input] += (double) gradient[output] * w[weight]);
    return result;
  }

  double[] weightGradient(float[] x, float[] gradient) {
    double[] result = new double[weights()];
    products((input, weight, output) -> result[weight] += (double) gradient[output] * x[input]);
    return result;
  }

  double[] biasGradient(float[] gradient) {
    double[] result = new double[form.out()];
    for (int i = 0; i < gradient.length; i++) {
      result[i % result.length] += gradient[i];
    }
    return result;
  }

  private void products(Product product) {
    ImageFormat to = to();
    for (int b = 0; b < from.batch(); b++) {
      for (int oy = 0; oy < to.height(); oy++) {
        for (int ox = 0; ox < to.width(); ox++) {
          int output = ((b * to.height() + oy) * to.width() + ox) * form.out();
          window(product, b, oy * form.stride(), ox * form.stride(), output);
        }
      }
    }
  }

  private void window(Product product, int b, int top, int left, int output) {
    int k = form.kernel();
    for (int ky = 0; ky < k; ky++) {
      int y = top - form.padding() + ky;
      for (int kx = 0; kx < k; kx++) {
        int x = left - form.padding() + kx;
        if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
          int input = ((b * from.height() + y) * from.width() + x) * form.in();
          channels(product, input, ky * k + kx, output);
        }
      }
    }
  }

  private void channels(Product product, int input, int tap, int output) {
    int window = form.kernel() * form.kernel();
    for (int o = 0; o < form.out(); o++) {
      if (form.depthwise()) {
        product.at(input + o, tap * form.in() + o, output + o);
      } else {
        for (int i = 0; i < form.in(); i++) {
          product.at(input + i, (o * form.in() + i) * window + tap, output + o);
        }
      }
    }
  }
}
