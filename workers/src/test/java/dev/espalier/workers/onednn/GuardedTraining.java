package dev.espalier.workers.onednn;

import static dev.espalier.workers.onednn.NativeImages.at;
import static dev.espalier.workers.onednn.NativeImages.empty;
import static dev.espalier.workers.onednn.NativeImages.holding;
import static dev.espalier.workers.onednn.NativeImages.random;
import static dev.espalier.workers.onednn.NativeImages.read;
import static dev.espalier.workers.onednn.NativeImages.requireClose;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
import java.util.Random;

/** Every pass of a layer in training, against its definition. */
public final class GuardedTraining {
  private static final double EPSILON = 1e-5;

  private GuardedTraining() {}

  public static void convolution(
      ConvolutionForm form, ImageFormat from, boolean blocks, Random random) {
    PlainConvolution plain = new PlainConvolution(form, from);
    float[] x = random(random, from.length());
    float[] w = random(random, plain.weights());
    float[] bias = random(random, form.out());
    float[] gradient = random(random, plain.to().length());
    try (ConvolutionPrimitives primitives = new ConvolutionPrimitives(form, from, blocks);
        NativeBuffer input = holding(NativeImages.arranged(x, from));
        NativeBuffer kernel = holding(w);
        NativeBuffer biases = holding(bias);
        NativeBuffer output = empty(plain.to().length());
        NativeBuffer outputGradient =
            holding(NativeImages.arranged(gradient, primitives.output()));
        NativeBuffer kernelGradient = empty(w.length);
        NativeBuffer biasGradient = empty(form.out());
        NativeBuffer inputGradient = empty(x.length)) {
      long inputAt = at(input, x.length);
      long kernelAt = at(kernel, w.length);
      long outputGradientAt = at(outputGradient, gradient.length);
      primitives.forward(inputAt, kernelAt, at(biases, form.out()), at(output, gradient.length));
      requireClose(
          "output",
          plain.forward(x, w, bias),
          NativeImages.plain(read(output, gradient.length), primitives.output()));
      primitives.backwardWeights(
          inputAt, at(kernelGradient, w.length), at(biasGradient, form.out()), outputGradientAt);
      requireClose(
          "gradient of the kernel",
          plain.weightGradient(x, gradient),
          read(kernelGradient, w.length));
      if (form.bias()) {
        requireClose(
            "gradient of the bias", plain.biasGradient(gradient), read(biasGradient, form.out()));
      }
      primitives.backwardData(at(inputGradient, x.length), kernelAt, outputGradientAt);
      requireClose(
          "gradient of the input",
          plain.inputGradient(w, gradient),
          NativeImages.plain(read(inputGradient, x.length), from));
    }
  }

  public static void pool(PoolForm form, ImageFormat from, Random random) {
    float[] x = random(random, from.length());
    try (PoolPrimitives primitives = new PoolPrimitives(form, from)) {
      ImageFormat to = primitives.output();
      float[] gradient = random(random, to.length());
      PlainPool plain = new PlainPool(form, from);
      try (NativeBuffer input = holding(NativeImages.arranged(x, from));
          NativeBuffer output = empty(to.length());
          NativeBuffer outputGradient = holding(NativeImages.arranged(gradient, to));
          NativeBuffer inputGradient = empty(x.length)) {
        primitives.forward(at(input, x.length), at(output, gradient.length));
        requireClose(
            "output", plain.forward(x), NativeImages.plain(read(output, gradient.length), to));
        primitives.backward(at(outputGradient, gradient.length), at(inputGradient, x.length));
        requireClose(
            "gradient of the input",
            plain.inputGradient(x, gradient),
            NativeImages.plain(read(inputGradient, x.length), from));
      }
    }
  }

  public static void pad(Padding padding, ImageFormat from, Random random) {
    float[] x = random(random, from.length());
    try (PadPrimitives primitives = new PadPrimitives(padding, from)) {
      ImageFormat to = primitives.output();
      float[] gradient = random(random, to.length());
      double[] padded = new double[gradient.length];
      double[] back = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        int column = i / from.channels() % from.width() + padding.left();
        int row = i / from.channels() / from.width() % from.height() + padding.top();
        int image = i / from.channels() / from.width() / from.height();
        int place =
            ((image * to.height() + row) * to.width() + column) * to.channels()
                + i % from.channels();
        padded[place] = x[i];
        back[i] = gradient[place];
      }
      try (NativeBuffer input = holding(NativeImages.arranged(x, from));
          NativeBuffer output = empty(to.length());
          NativeBuffer outputGradient = holding(NativeImages.arranged(gradient, to));
          NativeBuffer inputGradient = empty(x.length)) {
        primitives.forward(at(input, x.length), at(output, gradient.length));
        requireClose("output", padded, NativeImages.plain(read(output, gradient.length), to));
        primitives.backward(at(outputGradient, gradient.length), at(inputGradient, x.length));
        requireClose(
            "gradient of the input", back, NativeImages.plain(read(inputGradient, x.length), from));
      }
    }
  }

  public static void batchNorm(Activation activation, ImageFormat images, Random random) {
    int channels = images.channels();
    int length = (int) images.length();
    float[] x = random(random, length);
    float[] gamma = random(random, channels);
    float[] beta = random(random, channels);
    float[] gradient = random(random, length);
    PlainBatchNorm plain = new PlainBatchNorm(x, gamma, beta, EPSILON, activation, gradient);
    try (BatchNormPrimitives primitives = new BatchNormPrimitives(activation, EPSILON, images);
        NativeBuffer input = holding(NativeImages.arranged(x, images));
        NativeBuffer output = empty(length);
        NativeBuffer means = empty(channels);
        NativeBuffer variances = empty(channels);
        NativeBuffer gammas = holding(gamma);
        NativeBuffer betas = holding(beta);
        NativeBuffer outputGradient = holding(NativeImages.arranged(gradient, images));
        NativeBuffer inputGradient = empty(length);
        NativeBuffer gammaGradient = empty(channels);
        NativeBuffer betaGradient = empty(channels)) {
      long inputAt = at(input, length);
      long meanAt = at(means, channels);
      long varianceAt = at(variances, channels);
      long gammaAt = at(gammas, channels);
      long betaAt = at(betas, channels);
      long outputAt = at(output, length);
      primitives.train(inputAt, outputAt, meanAt, varianceAt, gammaAt, betaAt);
      requireClose("mean", plain.mean, read(means, channels));
      requireClose("variance", plain.variance, read(variances, channels));
      requireClose("output", plain.output, NativeImages.plain(read(output, length), images));
      primitives.backward(
          new BatchNormPrimitives.Backward(
              inputAt,
              outputAt,
              at(outputGradient, length),
              at(inputGradient, length),
              meanAt,
              varianceAt,
              gammaAt,
              betaAt,
              at(gammaGradient, channels),
              at(betaGradient, channels)));
      requireClose("gradient of gamma", plain.gammaGradient, read(gammaGradient, channels));
      requireClose("gradient of beta", plain.betaGradient, read(betaGradient, channels));
      requireClose(
          "gradient of the input",
          plain.inputGradient,
          NativeImages.plain(read(inputGradient, length), images));
      primitives.infer(inputAt, outputAt, meanAt, varianceAt, gammaAt, betaAt);
      requireClose(
          "inferred output", plain.output, NativeImages.plain(read(output, length), images));
    }
  }

  public static void sum(boolean relu, ImageFormat left, ImageFormat right, Random random) {
    float[] a = random(random, left.length());
    float[] b = random(random, left.length());
    double[] expected = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      expected[i] = relu ? Math.max(0, a[i] + b[i]) : a[i] + b[i];
    }
    try (AddPrimitives primitives = new AddPrimitives(relu, left, right);
        NativeBuffer first = holding(NativeImages.arranged(a, left));
        NativeBuffer second = holding(NativeImages.arranged(b, right));
        NativeBuffer sum = empty(a.length)) {
      primitives.run(at(first, a.length), at(second, b.length), at(sum, a.length));
      requireClose("sum", expected, NativeImages.plain(read(sum, a.length), left));
      primitives.copyGradient(at(first, a.length), at(second, b.length));
      double[] copied = new double[a.length];
      for (int i = 0; i < a.length; i++) {
        copied[i] = a[i];
      }
      requireClose("copied gradient", copied, NativeImages.plain(read(second, b.length), right));
    }
  }
}
