package dev.espalier.workers.measure;

import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.model.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The size of a network: counts of its weights and the length of its file. */
record NetworkSize() implements Measurement {
  private static final long serialVersionUID = 1;

  @Override
  public List<Metric> metrics() {
    return Stream.of(
            Metrics.PARAMS_TOTAL,
            Metrics.PARAMS_NONZERO,
            Metrics.SPARSITY_ACHIEVED,
            Metrics.SPARSITY_MODEL,
            Metrics.VALUES_MAX,
            Metrics.LAYERS_COLLAPSED,
            Metrics.MACS_DENSE,
            Metrics.MACS_NONZERO,
            Metrics.SIZE_COMPRESSED_BYTES)
        .map(MetricCatalogue.STANDARD::get)
        .toList();
  }

  @Override
  public Map<String, Double> of(Subject subject) {
    Counts counts = new Counts();
    for (Tensor tensor : subject.state().tensors()) {
      counts.add(tensor, subject.state().prunable().contains(tensor.name()));
    }
    List<LayerRow> prunable = subject.layers().stream().filter(LayerRow::prunable).toList();
    long mostValues = prunable.stream().mapToLong(LayerRow::values).max().orElse(0);
    long collapsed = prunable.stream().filter(layer -> layer.nonzero() == 0).count();
    return Map.ofEntries(
        Map.entry(Metrics.PARAMS_TOTAL, (double) counts.parameters),
        Map.entry(Metrics.PARAMS_NONZERO, (double) counts.nonzero),
        Map.entry(Metrics.SPARSITY_ACHIEVED, share(counts.pruned, counts.prunable)),
        Map.entry(Metrics.SPARSITY_MODEL, share(counts.zeros, counts.weights)),
        Map.entry(Metrics.VALUES_MAX, (double) mostValues),
        Map.entry(Metrics.LAYERS_COLLAPSED, (double) collapsed),
        Map.entry(Metrics.MACS_DENSE, (double) counts.macs),
        Map.entry(Metrics.MACS_NONZERO, (double) counts.macsNonzero),
        Map.entry(Metrics.SIZE_COMPRESSED_BYTES, (double) subject.encoded().bytes().length));
  }

  private static double share(long part, long of) {
    return of == 0 ? 0 : (double) part / of;
  }

  private static final class Counts {
    private long parameters;
    private long nonzero;
    private long prunable;
    private long pruned;
    private long weights;
    private long zeros;
    private long macs;
    private long macsNonzero;

    void add(Tensor tensor, boolean isPrunable) {
      long size = tensor.values().length;
      long tensorNonzero = LayerTable.nonzero(tensor.values());
      if (tensor.trainable()) {
        parameters += size;
        nonzero += tensorNonzero;
      }
      if (isPrunable) {
        prunable += size;
        pruned += size - tensorNonzero;
      }
      if (tensor.kind().isKernel()) {
        weights += size;
        zeros += size - tensorNonzero;
      }
      macs += size * tensor.positions();
      macsNonzero += tensorNonzero * tensor.positions();
    }
  }
}
