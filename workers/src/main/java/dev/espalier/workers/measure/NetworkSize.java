package dev.espalier.workers.measure;

import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.EncodedTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The size of a network, for the network and for each layer with a kernel: everything that its
 * weights alone decide.
 *
 * @param metrics {@code params/*}, {@code sparsity/achieved}, {@code values/max}, {@code
 *     layers/collapsed}, {@code macs/*} and {@code size/*}
 */
public record NetworkSize(Metrics metrics, List<LayerRow> layers) {

  /**
   * Counts and weighs.
   *
   * @param tensors every parameter, in the order of the network
   * @param prunable names of the tensors that prune stages may touch: what sparsity is a fraction
   *     of
   * @param encoded the same tensors as the encoder wrote them
   */
  public static NetworkSize of(
      List<Tensor> tensors, Set<String> prunable, CompressedNetwork encoded) {
    Map<String, EncodedTensor> files = new HashMap<>();
    encoded.tensors().forEach(tensor -> files.put(tensor.name(), tensor));
    List<LayerRow> layers = new ArrayList<>();
    Counts counts = new Counts();
    for (Tensor tensor : tensors) {
      long nonzero = nonzero(tensor.values());
      counts.add(tensor, nonzero, prunable.contains(tensor.name()));
      if (tensor.kind().isKernel()) {
        EncodedTensor file = Objects.requireNonNull(files.get(tensor.name()), tensor.name());
        long weights = tensor.values().length;
        layers.add(
            new LayerRow(
                tensor.layer(),
                tensor.kind().word(),
                tensor.shape(),
                prunable.contains(tensor.name()),
                weights,
                nonzero,
                differentValues(tensor.values()),
                weights * tensor.positions(),
                nonzero * tensor.positions(),
                file.encoding(),
                file.bytes()));
      }
    }
    return new NetworkSize(counts.metrics(layers, encoded.bytes().length), List.copyOf(layers));
  }

  private static long nonzero(float[] values) {
    long count = 0;
    for (float value : values) {
      if (value != 0) {
        count++;
      }
    }
    return count;
  }

  private static long differentValues(float[] values) {
    Set<Integer> seen = new HashSet<>();
    for (float value : values) {
      if (value != 0) {
        seen.add(Float.floatToRawIntBits(value));
      }
    }
    return seen.size();
  }

  private static final class Counts {
    private long parameters;
    private long nonzero;
    private long allValues;
    private long prunable;
    private long pruned;
    private long macs;
    private long macsNonzero;

    void add(Tensor tensor, long tensorNonzero, boolean isPrunable) {
      long size = tensor.values().length;
      allValues += size;
      if (tensor.trainable()) {
        parameters += size;
        nonzero += tensorNonzero;
      }
      if (isPrunable) {
        prunable += size;
        pruned += size - tensorNonzero;
      }
      macs += size * tensor.positions();
      macsNonzero += tensorNonzero * tensor.positions();
    }

    Metrics metrics(List<LayerRow> layers, long compressedBytes) {
      long mostValues =
          layers.stream().filter(LayerRow::prunable).mapToLong(LayerRow::values).max().orElse(0);
      long collapsed =
          layers.stream().filter(layer -> layer.prunable() && layer.nonzero() == 0).count();
      Map<String, Double> values = new HashMap<>();
      values.put(Metrics.LAYERS_COLLAPSED, (double) collapsed);
      values.put(Metrics.PARAMS_TOTAL, (double) parameters);
      values.put(Metrics.PARAMS_NONZERO, (double) nonzero);
      values.put(Metrics.SPARSITY_ACHIEVED, prunable == 0 ? 0.0 : (double) pruned / prunable);
      values.put(Metrics.VALUES_MAX, (double) mostValues);
      values.put(Metrics.MACS_DENSE, (double) macs);
      values.put(Metrics.MACS_NONZERO, (double) macsNonzero);
      values.put(Metrics.SIZE_DENSE_BYTES, 4.0 * allValues);
      values.put(Metrics.SIZE_COMPRESSED_BYTES, (double) compressedBytes);
      return new Metrics(values);
    }
  }
}
