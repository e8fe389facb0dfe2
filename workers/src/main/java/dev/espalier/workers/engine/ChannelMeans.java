package dev.espalier.workers.engine;

import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Mean absolute values of the channels of a network's rows, over images and pixels. Values are
 * summed in double precision in the order of images and pixels, so that equal weights and images
 * give equal bits.
 */
final class ChannelMeans {
  private ChannelMeans() {}

  /**
   * The means of each row.
   *
   * @param rows names of rows of the table
   * @param images normalized, [count, height, width, channels]; at least one
   */
  static Map<String, double[]> of(Activations network, Set<String> rows, float[] images) {
    Network table = network.table();
    Map<String, Shape> shapes = table.shapes();
    Map<String, double[]> sums = new HashMap<>();
    for (String row : rows) {
      sums.put(row, new double[Objects.requireNonNull(shapes.get(row), row).channels()]);
    }
    network.of(rows, images, (row, values) -> add(values, Objects.requireNonNull(sums.get(row))));
    int count = images.length / table.input().size();
    Map<String, double[]> means = new HashMap<>();
    sums.forEach(
        (row, sum) -> {
          double values = (double) count * Objects.requireNonNull(shapes.get(row)).pixels();
          means.put(row, Arrays.stream(sum).map(value -> value / values).toArray());
        });
    return means;
  }

  private static void add(float[] values, double[] sum) {
    for (int i = 0; i < values.length; i++) {
      sum[i % sum.length] += Math.abs(values[i]);
    }
  }
}
