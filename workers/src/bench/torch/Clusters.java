import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** Weights that share few values: k-means in one dimension. */
final class Clusters {
  private static final int ITERATIONS = 30;

  private Clusters() {}

  /**
   * Replaces the non-zero weights of a kernel by the nearest of at most {@code count} centroids,
   * found by Lloyd's algorithm from centroids evenly spaced from the least to the greatest weight
   * (arXiv 1510.00149).
   */
  static void share(Tensor kernel, int count) {
    float[] weights = TorchMasks.values(kernel);
    float[] sorted = nonZero(weights);
    if (sorted.length == 0) {
      return;
    }
    double[] centroids = centroids(sorted, count);
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        weights[i] = (float) centroids[nearest(centroids, weights[i])];
      }
    }
    kernel.data_ptr_float().put(weights);
  }

  private static float[] nonZero(float[] weights) {
    float[] kept = new float[weights.length];
    int count = 0;
    for (float weight : weights) {
      if (weight != 0) {
        kept[count++] = weight;
      }
    }
    kept = Arrays.copyOf(kept, count);
    Arrays.sort(kept);
    return kept;
  }

  private static double[] centroids(float[] sorted, int count) {
    double[] centroids = new double[count];
    double least = sorted[0];
    double step = count == 1 ? 0 : (sorted[sorted.length - 1] - least) / (count - 1);
    for (int c = 0; c < count; c++) {
      centroids[c] = least + c * step;
    }
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      int at = 0;
      for (int c = 0; c < count; c++) {
        // Sorted weights go to sorted centroids: each takes those up to the middle between it and
        // the next.
        double end = c == count - 1 ? Double.MAX_VALUE : (centroids[c] + centroids[c + 1]) / 2;
        double sum = 0;
        int first = at;
        while (at < sorted.length && sorted[at] <= end) {
          sum += sorted[at++];
        }
        if (at > first) {
          centroids[c] = sum / (at - first);
        }
      }
    }
    return centroids;
  }

  private static int nearest(double[] centroids, double weight) {
    int at = Arrays.binarySearch(centroids, weight);
    if (at >= 0) {
      return at;
    }
    int above = -at - 1;
    if (above == 0 || above == centroids.length) {
      return Math.max(0, above - 1);
    }
    return weight - centroids[above - 1] <= centroids[above] - weight ? above - 1 : above;
  }
}
