package dev.espalier.workers.engine;

import dev.espalier.workers.dl4j.InputLayout;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What rows of a network give for images, which go through the graph in batches of a fixed size, so
 * that equal weights and images give equal bits.
 *
 * @param graph of {@code table}, as {@code engine} computes it
 */
record Activations(ComputationGraph graph, Engine engine, Network table) {
  /** Small, because all activations of a batch are in memory together. */
  private static final int BATCH = 16;

  /**
   * Hands the values of rows to {@code sink}, batch by batch.
   *
   * @param rows names of rows of the table
   * @param images normalized, [count, height, width, channels]; at least one
   * @param sink gets the name of a row and its values for the images of a batch, [images, height,
   *     width, channels]
   */
  void of(Set<String> rows, float[] images, BiConsumer<String, float[]> sink) {
    int size = table.input().size();
    int count = images.length / size;
    table.input().requireImages(images, count);
    for (String row : rows) {
      Objects.requireNonNull(table.shapes().get(row), row);
    }
    for (int from = 0; from < count; from += BATCH) {
      int batch = Math.min(BATCH, count - from);
      hand(rows, Arrays.copyOfRange(images, from * size, (from + batch) * size), batch, sink);
    }
  }

  private void hand(Set<String> rows, float[] images, int count, BiConsumer<String, float[]> sink) {
    try (Detached input = new Detached(InputLayout.NHWC.array(images, count, table.input()))) {
      Map<String, INDArray> activations =
          graph.feedForward(new INDArray[] {input.array()}, false, true);
      for (Layer row : table.layers()) {
        if (rows.contains(row.name())) {
          String vertex = Dl4jGraphs.vertex(row, engine);
          sink.accept(row.name(), channelsLast(Objects.requireNonNull(activations.get(vertex))));
        }
      }
      for (INDArray array : activations.values()) {
        if (array.closeable()) {
          array.close();
        }
      }
    }
  }

  /** The values in the order [images, height, width, channels]; blocked ones are moved. */
  private static float[] channelsLast(INDArray activations) {
    INDArray dense = DenseArrays.isDense(activations) ? activations : activations.dup('c');
    FloatBuffer values = DenseArrays.floats(dense);
    float[] found = new float[values.capacity()];
    values.get(0, found);
    if (dense.rank() < 5) {
      return found;
    }
    int blocks = Math.toIntExact(dense.size(1));
    int block = Math.toIntExact(dense.size(4));
    int pixels = Math.toIntExact(dense.size(2) * dense.size(3));
    float[] moved = new float[found.length];
    for (int i = 0; i < found.length; i += block) {
      int run = i / block;
      int image = run / (blocks * pixels);
      int to = ((image * pixels + run % pixels) * blocks + run / pixels % blocks) * block;
      System.arraycopy(found, i, moved, to, block);
    }
    return moved;
  }
}
