package dev.espalier.workers.measure;

import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.stage.Recipe;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How fast one thread trains and evaluates a network here, by a short timing on noise.
 *
 * @param trainSeconds for one image in training
 * @param predictSeconds for one image in evaluation
 */
public record Speed(double trainSeconds, double predictSeconds) {
  private static final int WARM_UP = 5;
  private static final int STEPS = 15;
  private static final int PREDICT_BATCH = 256;

  /**
   * Times a few steps and takes the median, which a busy machine disturbs least.
   *
   * @param network is trained on noise: throw it away afterwards
   * @param pixels values of one image: height * width * channels
   */
  public static Speed of(TrainableNetwork network, Recipe recipe, int pixels) {
    SplittableRandom random = new SplittableRandom(1);
    float[] images = noise(random, recipe.batch() * pixels);
    int[] labels = random.ints(recipe.batch(), 0, network.classes()).toArray();
    network.prepare(recipe);
    double train = median(() -> network.step(images, labels, 1e-4));
    float[] unseen = noise(random, PREDICT_BATCH * pixels);
    double predict = median(() -> network.predict(unseen, PREDICT_BATCH));
    return new Speed(train / recipe.batch(), predict / PREDICT_BATCH);
  }

  private static float[] noise(SplittableRandom random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }

  private static double median(Runnable work) {
    double[] seconds = new double[STEPS];
    for (int i = -WARM_UP; i < STEPS; i++) {
      long start = System.nanoTime();
      work.run();
      if (i >= 0) {
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);
    return seconds[STEPS / 2];
  }
}
