package dev.espalier.workers.engine;

import dev.espalier.workers.dl4j.InputLayout;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onednn.ImageFormat;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean absolute values of the channels of a network's rows, over images and pixels. Images go
 * through the graph in batches of a fixed size, and values are summed in double precision in the
 * order in which they lie there, so that equal weights and images give equal bits.
 */
final class ChannelMeans {
  /** Small, because all activations of a batch are in memory together. */
  private static final int BATCH = 16;

  private final ComputationGraph graph;
  private final Engine engine;
  private final Network table;
  private final Map<String, double[]> sums = new HashMap<>();

  /**
   * @param graph of {@code table}, as {@code engine} computes it
   * @param rows names of rows of the table
   */
  ChannelMeans(ComputationGraph graph, Engine engine, Network table, Set<String> rows) {
    this.graph = graph;
    this.engine = engine;
    this.table = table;
    Map<String, Shape> shapes = table.shapes();
    for (String row : rows) {
      Shape shape = Objects.requireNonNull(shapes.get(row), row);
      sums.put(row, new double[shape.channels()]);
    }
  }

  /**
   * The means of each row.
   *
   * @param images normalized, [count, height, width, channels]; at least one
   */
  Map<String, double[]> of(float[] images) {
    int size = table.input().size();
    int count = images.length / size;
    table.input().requireImages(images, count);
    for (int from = 0; from < count; from += BATCH) {
      int batch = Math.min(BATCH, count - from);
      add(Arrays.copyOfRange(images, from * size, (from + batch) * size), batch);
    }
    Map<String, Shape> shapes = table.shapes();
    Map<String, double[]> means = new HashMap<>();
    sums.forEach(
        (row, sum) -> {
          double values = (double) count * Objects.requireNonNull(shapes.get(row)).pixels();
          means.put(row, Arrays.stream(sum).map(value -> value / values).toArray());
        });
    return means;
  }

  private void add(float[] images, int count) {
    try (Detached input = new Detached(InputLayout.NHWC.array(images, count, table.input()))) {
      Map<String, INDArray> activations =
          graph.feedForward(new INDArray[] {input.array()}, false, true);
      for (Layer row : table.layers()) {
        double[] sum = sums.get(row.name());
        if (sum != null) {
          add(Objects.requireNonNull(activations.get(Dl4jGraphs.vertex(row, engine))), sum);
        }
      }
      for (INDArray array : activations.values()) {
        if (array.closeable()) {
          array.close();
        }
      }
    }
  }

  private static void add(INDArray activations, double[] sum) {
    INDArray dense = DenseArrays.isDense(activations) ? activations : activations.dup('c');
    boolean blocked = dense.rank() == 5;
    int inside = blocked ? ImageFormat.BLOCK : sum.length;
    int pixels = Math.toIntExact(dense.length() / dense.size(0) / sum.length);
    FloatBuffer values = DenseArrays.floats(dense);
    for (int i = 0; i < values.capacity(); i++) {
      int block = i / inside / pixels % (sum.length / inside);
      sum[block * inside + i % inside] += Math.abs(values.get(i));
    }
  }
}
