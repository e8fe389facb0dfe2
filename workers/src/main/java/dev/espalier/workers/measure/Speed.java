package dev.espalier.workers.measure;

import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Recipe;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;

/**
 * How fast a network works here on noise: the images of a batch by the first quartile of the
 * seconds that a batch takes. What else runs on a machine only ever makes a batch slower, so the
 * quartile moves less than the mean or the median.
 *
 * @param imagesPerSecond by the clock on the wall
 * @param imagesPerCpuSecond by the processor time of the thread, which waiting for a busy core does
 *     not lengthen
 * @param meanImagesPerSecond all images by all of the time on the wall, in which the pauses of the
 *     garbage collector count, and whatever else made batches slower
 */
public record Speed(double imagesPerSecond, double imagesPerCpuSecond, double meanImagesPerSecond) {
  /** What is done to a batch. */
  public enum Work {
    /** A whole step: forward, backward and the updater. */
    TRAIN,
    /** Probabilities, as evaluation asks for them. */
    INFER
  }

  private static final int WARM_UP = 5;
  private static final int FEWEST = 5;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Works off batches for {@code seconds}, and at least 5 of them, after 5 that do not count.
   *
   * @param network is trained on noise, if at all: throw it away afterwards
   * @param pixels values of one image: height * width * channels
   * @param batch images, in training those of a step
   */
  public static Speed of(
      TrainableNetwork network, Recipe recipe, int pixels, Work work, int batch, double seconds) {
    return of(network, recipe, pixels, work, batch, seconds, () -> {});
  }

  /**
   * @param warm is run between the batches that do not count and those that do
   */
  static Speed of(
      TrainableNetwork network,
      Recipe recipe,
      int pixels,
      Work work,
      int batch,
      double seconds,
      Runnable warm) {
    SplittableRandom random = new SplittableRandom(1);
    float[] images = noise(batch * pixels);
    int[] labels = random.ints(batch, 0, network.classes()).toArray();
    network.prepare(recipe);
    Runnable one =
        switch (work) {
          case TRAIN -> () -> network.step(images, labels, 1e-4);
          case INFER -> () -> network.predict(images, batch);
        };
    for (int i = 0; i < WARM_UP; i++) {
      one.run();
    }
    warm.run();
    return timed(one, batch, seconds, System::nanoTime, THREADS::getCurrentThreadCpuTime);
  }

  /** Of both side by side. */
  Speed plus(Speed other) {
    return new Speed(
        imagesPerSecond + other.imagesPerSecond,
        imagesPerCpuSecond + other.imagesPerCpuSecond,
        meanImagesPerSecond + other.meanImagesPerSecond);
  }

  /**
   * Works off batches as {@link #of} does, those that count.
   *
   * @param wallNanos the clock on the wall
   * @param cpuNanos the processor time of this thread
   */
  static Speed timed(
      Runnable one, int batch, double seconds, LongSupplier wallNanos, LongSupplier cpuNanos) {
    DoubleStream.Builder wall = DoubleStream.builder();
    DoubleStream.Builder cpu = DoubleStream.builder();
    double passed = 0;
    int batches = 0;
    for (; batches < FEWEST || passed < seconds; batches++) {
      long start = wallNanos.getAsLong();
      long cpuStart = cpuNanos.getAsLong();
      one.run();
      cpu.add((cpuNanos.getAsLong() - cpuStart) / 1e9);
      double taken = (wallNanos.getAsLong() - start) / 1e9;
      wall.add(taken);
      passed += taken;
    }
    return new Speed(
        batch / firstQuartile(wall.build()),
        batch / firstQuartile(cpu.build()),
        (double) batch * batches / passed);
  }

  /** The value that a quarter of the others does not exceed. */
  static double firstQuartile(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 4];
  }

  /** Seeded values in [-1, 1). */
  static float[] noise(int size) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }
}
