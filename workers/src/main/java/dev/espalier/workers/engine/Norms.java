package dev.espalier.workers.engine;

import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.stage.BatchStatistics;
import dev.espalier.workers.stage.Hold;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;

/** The batch norms of a graph. */
final class Norms {
  private Norms() {}

  /** Freezes those whose running mean is held so, and no others. */
  static void freeze(ComputationGraph graph, List<Parameter> layout, Map<String, Hold> holds) {
    Set<String> frozen =
        layout.stream()
            .filter(p -> p.key().equals("mean") && holds.get(p.name()) instanceof Hold.Frozen)
            .map(Parameter::layer)
            .collect(Collectors.toSet());
    for (GraphVertex vertex : graph.getVertices()) {
      boolean freezes = frozen.contains(vertex.getVertexName());
      if (!vertex.hasLayer()) {
        continue;
      }
      if (vertex.getLayer() instanceof ObservedNorm norm) {
        norm.freeze(freezes);
      } else if (freezes
          && vertex.getLayer() instanceof BatchNormalization norm
          && vertex instanceof LayerVertex place) {
        StandardNorm.replacing(norm, place, graph).freeze(true);
      }
    }
  }

  /**
   * The statistics of those that are not frozen, over passes of training through images in their
   * order.
   *
   * @param images normalized, [count, height, width, channels]
   * @param batch images in a batch, at least 1; the last one has the rest
   */
  static Map<String, BatchStatistics> overBatches(
      BuiltGraph built, Map<String, Hold> holds, float[] images, int batch) {
    freeze(built.graph(), built.parameters(), holds);
    Map<String, ObservedNorm> norms = observed(built.graph());
    Map<String, Sum> sums = new LinkedHashMap<>();
    int values = built.image().size();
    for (int at = 0; at < images.length; at += batch * values) {
      float[] some = Arrays.copyOfRange(images, at, Math.min(images.length, at + batch * values));
      int count = some.length / values;
      try (Detached input = built.input(some, count)) {
        built.graph().output(true, input.array())[0].close();
        norms.forEach((name, norm) -> add(sums, name, norm.ofBatch(), count));
      }
    }
    Map<String, BatchStatistics> overAll = new LinkedHashMap<>();
    sums.forEach((name, sum) -> overAll.put(name, sum.overAll()));
    return overAll;
  }

  /** Those that are not frozen, by name, each ready to be asked for the statistics of a batch. */
  private static Map<String, ObservedNorm> observed(ComputationGraph graph) {
    Map<String, ObservedNorm> observed = new LinkedHashMap<>();
    for (GraphVertex vertex : graph.getVertices()) {
      if (!vertex.hasLayer()) {
        continue;
      }
      if (vertex.getLayer() instanceof ObservedNorm norm) {
        if (!norm.isFrozen()) {
          observed.put(vertex.getVertexName(), norm);
        }
      } else if (vertex.getLayer() instanceof BatchNormalization norm
          && vertex instanceof LayerVertex place) {
        observed.put(vertex.getVertexName(), StandardNorm.replacing(norm, place, graph));
      }
    }
    return observed;
  }

  /** Adds what a norm tells of a batch of {@code count} images. */
  private static void add(Map<String, Sum> sums, String norm, BatchStatistics batch, int count) {
    sums.computeIfAbsent(norm, name -> new Sum(batch.mean().length)).add(batch, count);
  }

  /** The mean over some batches, each as heavy as it has images. */
  private static final class Sum {
    private final double[] mean;
    private final double[] variance;
    private int images;

    private Sum(int channels) {
      mean = new double[channels];
      variance = new double[channels];
    }

    private void add(BatchStatistics batch, int count) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += count * (double) batch.mean()[i];
        variance[i] += count * (double) batch.variance()[i];
      }
      images += count;
    }

    /** The mean over all images. */
    BatchStatistics overAll() {
      float[] means = new float[mean.length];
      float[] variances = new float[mean.length];
      for (int i = 0; i < means.length; i++) {
        means[i] = (float) (mean[i] / images);
        variances[i] = (float) (variance[i] / images);
      }
      return new BatchStatistics(means, variances);
    }
  }
}
