package dev.espalier.workers.onednn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Layer.Activation;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Means and variances of batches beside those in double precision; the variance is that of the
 * batch, divided by the number of its values. docs/engine.md has figures.
 */
class BatchStatisticsTest {
  /** How far off the statistics of a batch are at worst. */
  record Noise(double mean, double variance) {}

  @ParameterizedTest
  @CsvSource({"64, 32, 16, 1", "64, 32, 16, 8", "64, 4, 128, 8", "32, 8, 256, 1", "16, 1, 64, 1"})
  void areAsRightAsFloatSumsAre(int batch, int side, int channels, int block) {
    for (double offset : new double[] {0, 3, 30}) {
      Noise noise = noise(batch, side, channels, block, offset);
      assertTrue(noise.mean() < 3e-5 * (1 + offset), noise::toString);
      assertTrue(noise.variance() < 5e-5, noise::toString);
    }
  }

  /**
   * The largest error of a channel's mean, in deviations, and of its variance, in variances.
   *
   * @param offset of the mean from zero, in deviations
   */
  private static Noise noise(int batch, int side, int channels, int block, double offset) {
    ImageFormat format = new ImageFormat(batch, channels, side, side, block);
    float[] images = images((int) format.length(), offset);
    float[] means = new float[channels];
    float[] variances = new float[channels];
    statistics(format, images, means, variances);
    double mean = 0;
    double variance = 0;
    for (int channel = 0; channel < channels; channel++) {
      double exactMean = moment(format, images, channel, 0, 1);
      double exactVariance = moment(format, images, channel, exactMean, 2);
      double off = Math.abs(means[channel] - exactMean) / Math.sqrt(exactVariance);
      mean = Math.max(mean, off);
      variance = Math.max(variance, Math.abs(variances[channel] / exactVariance - 1));
    }
    return new Noise(mean, variance);
  }

  private static float[] images(int length, double offset) {
    SplittableRandom random = new SplittableRandom(length);
    float[] images = new float[length];
    for (int i = 0; i < length; i++) {
      double sum = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
      images[i] = (float) (2 * sum + offset);
    }
    return images;
  }

  private static void statistics(
      ImageFormat format, float[] images, float[] means, float[] variances) {
    try (BatchNormPrimitives primitives =
            new BatchNormPrimitives(Activation.IDENTITY, 1e-5, format);
        FloatPointer input = new FloatPointer(images);
        FloatPointer output = new FloatPointer(format.length());
        FloatPointer mean = new FloatPointer(means.length);
        FloatPointer variance = new FloatPointer(means.length);
        FloatPointer gamma = new FloatPointer(new float[means.length]);
        FloatPointer beta = new FloatPointer(new float[means.length])) {
      primitives.train(
          input.address(),
          output.address(),
          mean.address(),
          variance.address(),
          gamma.address(),
          beta.address());
      mean.get(means);
      variance.get(variances);
    }
  }

  /** The mean of (value - origin) to a power, over the values of one channel. */
  private static double moment(
      ImageFormat format, float[] images, int channel, double origin, int power) {
    int count = images.length / format.channels();
    int area = format.height() * format.width();
    int block = format.blocked() ? format.block() : format.channels();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      int image = i / area;
      int place = format.blocked() ? (image * format.channels() / block + channel / block) : image;
      double value = images[(place * area + i % area) * block + channel % block] - origin;
      sum += power == 1 ? value : value * value;
    }
    return sum / count;
  }
}
