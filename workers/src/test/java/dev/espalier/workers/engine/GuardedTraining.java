package dev.espalier.workers.engine;

import static dev.espalier.workers.engine.NativeImages.at;
import static dev.espalier.workers.engine.NativeImages.empty;
import static dev.espalier.workers.engine.NativeImages.holding;
import static dev.espalier.workers.engine.NativeImages.random;
import static dev.espalier.workers.engine.NativeImages.read;
import static dev.espalier.workers.engine.NativeImages.requireClose;

import dev.espalier.workers.model.Layer.Activation;
import java.util.Random;

/** Every pass of a layer in training, against its definition. */
final class GuardedTraining {
  private static final double EPSILON = 1e-5;

  private GuardedTraining() {}

  static void convolution(ConvolutionPlan.Form form, Extent from, boolean blocks, Random random) {
    PlainConvolution plain = new PlainConvolution(form, from);
    float[] x = random(random, from.length());
    float[] w = random(random, plain.weights());
    float[] bias = random(random, form.out());
    float[] gradient = random(random, plain.to().length());
    try (ConvolutionPlan plan = new ConvolutionPlan(form, from, blocks);
        NativeBuffer input = holding(NativeImages.arranged(x, from));
        NativeBuffer kernel = holding(w);
        NativeBuffer biases = holding(bias);
        NativeBuffer output = empty(plain.to().length());
        NativeBuffer outputGradient = holding(NativeImages.arranged(gradient, plan.output()));
        NativeBuffer kernelGradient = empty(w.length);
        NativeBuffer biasGradient = empty(form.out());
        NativeBuffer inputGradient = empty(x.length)) {
      long inputAt = at(input, x.length);
      long kernelAt = at(kernel, w.length);
      long outputGradientAt = at(outputGradient, gradient.length);
      plan.forward(inputAt, kernelAt, at(biases, form.out()), at(output, gradient.length));
      requireClose(
          "output",
          plain.forward(x, w, bias),
          NativeImages.plain(read(output, gradient.length), plan.output()));
      plan.backwardWeights(
          inputAt, at(kernelGradient, w.length), at(biasGradient, form.out()), outputGradientAt);
      requireClose(
          "gradient of the kernel",
          plain.weightGradient(x, gradient),
          read(kernelGradient, w.length));
      if (form.bias()) {
        requireClose(
            "gradient of the bias", plain.biasGradient(gradient), read(biasGradient, form.out()));
      }
      plan.backwardData(at(inputGradient, x.length), kernelAt, outputGradientAt);
      requireClose(
          "gradient of the input",
          plain.inputGradient(w, gradient),
          NativeImages.plain(read(inputGradient, x.length), from));
    }
  }

  /**
   * @param size of a max-pool; 0 for the mean of all pixels
   */
  static void pool(int size, Extent from, Random random) {
    float[] x = random(random, from.length());
    try (PoolPlan plan = size == 0 ? PoolPlan.mean(from) : PoolPlan.max(size, from)) {
      Extent to = plan.output();
      float[] gradient = random(random, to.length());
      PlainPool plain = new PlainPool(size, from, to);
      try (NativeBuffer input = holding(NativeImages.arranged(x, from));
          NativeBuffer output = empty(to.length());
          NativeBuffer outputGradient = holding(NativeImages.arranged(gradient, to));
          NativeBuffer inputGradient = empty(x.length)) {
        plan.forward(at(input, x.length), at(output, gradient.length));
        requireClose(
            "output", plain.forward(x), NativeImages.plain(read(output, gradient.length), to));
        plan.backward(at(outputGradient, gradient.length), at(inputGradient, x.length));
        requireClose(
            "gradient of the input",
            plain.inputGradient(x, gradient),
            NativeImages.plain(read(inputGradient, x.length), from));
      }
    }
  }

  static void batchNorm(Activation activation, Extent images, Random random) {
    int channels = images.channels();
    int length = (int) images.length();
    float[] x = random(random, length);
    float[] gamma = random(random, channels);
    float[] beta = random(random, channels);
    float[] gradient = random(random, length);
    PlainBatchNorm plain = new PlainBatchNorm(x, gamma, beta, EPSILON, activation, gradient);
    try (BatchNormPlan plan = new BatchNormPlan(activation, EPSILON, images);
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
      plan.train(inputAt, outputAt, meanAt, varianceAt, gammaAt, betaAt);
      requireClose("mean", plain.mean, read(means, channels));
      requireClose("variance", plain.variance, read(variances, channels));
      requireClose("output", plain.output, NativeImages.plain(read(output, length), images));
      plan.backward(
          new BatchNormPlan.Backward(
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
      plan.infer(inputAt, outputAt, meanAt, varianceAt, gammaAt, betaAt);
      requireClose(
          "inferred output", plain.output, NativeImages.plain(read(output, length), images));
    }
  }

  static void sum(boolean relu, Extent left, Extent right, Random random) {
    float[] a = random(random, left.length());
    float[] b = random(random, left.length());
    double[] expected = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      expected[i] = relu ? Math.max(0, a[i] + b[i]) : a[i] + b[i];
    }
    try (AddPlan plan = new AddPlan(relu, left, right);
        NativeBuffer first = holding(NativeImages.arranged(a, left));
        NativeBuffer second = holding(NativeImages.arranged(b, right));
        NativeBuffer sum = empty(a.length)) {
      plan.run(at(first, a.length), at(second, b.length), at(sum, a.length));
      requireClose("sum", expected, NativeImages.plain(read(sum, a.length), left));
      plan.copyGradient(at(first, a.length), at(second, b.length));
      double[] copied = new double[a.length];
      for (int i = 0; i < a.length; i++) {
        copied[i] = a[i];
      }
      requireClose("copied gradient", copied, NativeImages.plain(read(second, b.length), right));
    }
  }
}
