package dev.espalier.workers.measure;

import dev.espalier.workers.engine.TrainableNetwork;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How long the prediction of a single image takes here, on one thread: from a normalized image in
 * Java's memory to probabilities. The median says what to expect, the quartiles how much else the
 * machine did meanwhile.
 *
 * @param median seconds
 * @param firstQuartile seconds
 * @param thirdQuartile seconds
 * @param predictions that were timed
 */
public record Latency(double median, double firstQuartile, double thirdQuartile, int predictions) {
  private static final int FEWEST = 20;

  /**
   * Predicts for half of {@code seconds} to warm up, then for {@code seconds}, and at least 20
   * times each. The image is noise: what a prediction takes does not depend on the image.
   *
   * @param pixels values of one image: height * width * channels
   */
  public static Latency of(TrainableNetwork network, int pixels, double seconds) {
    float[] image = Speed.noise(pixels);
    timed(network, image, seconds / 2);
    return of(timed(network, image, seconds));
  }

  /** Of these times, at least one, in seconds. */
  static Latency of(double... times) {
    double[] sorted = Arrays.stream(times).sorted().toArray();
    int last = sorted.length - 1;
    return new Latency(
        (sorted[last / 2] + sorted[(last + 1) / 2]) / 2,
        sorted[sorted.length / 4],
        sorted[last - sorted.length / 4],
        sorted.length);
  }

  private static double[] timed(TrainableNetwork network, float[] image, double seconds) {
    DoubleStream.Builder times = DoubleStream.builder();
    double passed = 0;
    for (int i = 0; i < FEWEST || passed < seconds; i++) {
      long start = System.nanoTime();
      network.predict(image, 1);
      double taken = (System.nanoTime() - start) / 1e9;
      times.add(taken);
      passed += taken;
    }
    return times.build().toArray();
  }
}
