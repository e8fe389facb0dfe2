package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelMeansTest {
  private static final int COUNT = 21;

  /** Blocked images and plain ones, vectors, whole batches and a rest. */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void areThoseOfAForwardPassByDefinition(Engine engine) {
    assertAsByDefinition(Nets.everything(), engine);
    assertAsByDefinition(Widths.network("resnet18", "0.25", 8, 3), engine);
    assertAsByDefinition(Widths.network("mobilenetv2", "0.125", 8, 3), engine);
  }

  /** Blocked images too, in the order of images, pixels and channels. */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void theValuesOfRowsAreThoseOfAForwardPassByDefinition(Engine engine) {
    Network network = Widths.network("resnet18", "0.25", 8, 3);
    List<Tensor> values = Widths.values(network, 1);
    float[] images = Nets.images(network, COUNT, 2);
    Set<String> rows = Set.of("stem.norm", "stage2.block1.add", "stage4.block2.conv1", "pool");
    Map<String, Integer> seen = new HashMap<>();
    try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
      net.activations(
          rows,
          images,
          (row, found) -> {
            int each = Objects.requireNonNull(network.shapes().get(row)).size();
            for (int at = 0; at < found.length; at += each) {
              int image = seen.merge(row, 1, Integer::sum) - 1;
              int size = network.input().size();
              float[] one = Arrays.copyOfRange(images, image * size, (image + 1) * size);
              double[] expected =
                  Objects.requireNonNull(PlainForward.rows(network, values, one).get(row));
              for (int i = 0; i < each; i++) {
                double tolerance = 1e-3 * (1 + Math.abs(expected[i]));
                assertEquals(expected[i], found[at + i], tolerance, row + " of image " + image);
              }
            }
          });
    }
    rows.forEach(row -> assertEquals(COUNT, seen.get(row), row));
  }

  @Test
  void areTheSameBitsEachTimeWhateverElseIsAsked() {
    Network network = Widths.network("resnet18", "0.25", 8, 3);
    List<Tensor> values = Widths.values(network, 1);
    float[] images = Nets.images(network, COUNT, 2);
    String row = "stage2.block1.add";
    try (TrainableNetwork net = TrainableNetwork.of(network, values)) {
      double[] alone = net.meanAbsolute(Set.of(row), images).get(row);
      float[] predicted = net.predict(images, COUNT);
      Map<String, double[]> more = net.meanAbsolute(Set.of("stem.norm", row, "pool"), images);
      assertEquals(Set.of("stem.norm", row, "pool"), more.keySet());
      assertArrayEquals(alone, more.get(row));
      assertArrayEquals(predicted, net.predict(images, COUNT));
      assertThrows(
          IllegalArgumentException.class,
          () -> net.meanAbsolute(Set.of(row), Arrays.copyOf(images, 5)));
    }
  }

  private static void assertAsByDefinition(Network network, Engine engine) {
    List<Tensor> values = Widths.values(network, 1);
    float[] images = Nets.images(network, COUNT, 2);
    Set<String> rows = new HashSet<>();
    network.layers().forEach(row -> rows.add(row.name()));
    rows.remove(network.layers().get(network.layers().size() - 1).name());
    Map<String, double[]> expected = expected(network, values, images, rows);
    try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
      Map<String, double[]> found = net.meanAbsolute(rows, images);
      for (Layer row : network.layers()) {
        double[] means = expected.get(row.name());
        if (means != null) {
          double greatest = Arrays.stream(means).max().orElseThrow();
          assertArrayEquals(means, found.get(row.name()), 1e-4 * greatest, row.canonical());
        }
      }
    }
  }

  private static Map<String, double[]> expected(
      Network network, List<Tensor> values, float[] images, Set<String> rows) {
    Map<String, double[]> means = new HashMap<>();
    int size = network.input().size();
    for (int image = 0; image < COUNT; image++) {
      float[] one = Arrays.copyOfRange(images, image * size, (image + 1) * size);
      PlainForward.rows(network, values, one)
          .forEach(
              (row, given) -> {
                if (rows.contains(row)) {
                  int channels = Objects.requireNonNull(network.shapes().get(row)).channels();
                  double[] sum = means.computeIfAbsent(row, r -> new double[channels]);
                  for (int i = 0; i < given.length; i++) {
                    sum[i % channels] += Math.abs(given[i]) * channels / given.length / COUNT;
                  }
                }
              });
    }
    return means;
  }
}
