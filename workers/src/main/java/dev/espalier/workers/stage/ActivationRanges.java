package dev.espalier.workers.stage;

import dev.espalier.workers.int8.Lowering;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.quantize.ActivationHistogram;
import dev.espalier.workers.quantize.Affine;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The ranges of a network's activations, as 8-bit integers. The values of the output row are its
 * logits, which are computed here: networks give probabilities.
 */
final class ActivationRanges {
  private final Network table;
  private final Layer.Output output;
  private final float[] weights;
  private final float[] bias;
  private final BigDecimal percentile;
  private final Map<String, ActivationHistogram> histograms = new HashMap<>();

  /**
   * @param percentile percentage of a row's values that its range covers
   */
  ActivationRanges(WeightedNetwork network, BigDecimal percentile) {
    table = network.network();
    output = (Layer.Output) table.layers().get(table.layers().size() - 1);
    Map<String, Tensor> parameters = network.byName();
    weights = values(parameters, "W");
    bias = values(parameters, "b");
    this.percentile = percentile;
    Lowering.observed(table).forEach(row -> histograms.put(row, new ActivationHistogram()));
  }

  private float[] values(Map<String, Tensor> parameters, String key) {
    String name = output.name() + "/" + key;
    return Objects.requireNonNull(parameters.get(name), name).values();
  }

  /**
   * The ranges over some images.
   *
   * @param images normalized, [count, height, width, channels]
   * @throws IllegalArgumentException if an activation is NaN or infinite; names the row
   */
  Map<String, Affine> of(ForwardPass pass, float[] images) {
    Set<String> rows = new HashSet<>(histograms.keySet());
    rows.remove(output.name());
    boolean readsImages = output.input().equals(Network.INPUT);
    if (readsImages) {
      add(output.name(), logits(images));
    } else {
      rows.add(output.input());
    }
    pass.activations(rows, images, this::take);
    Map<String, Affine> ranges = new HashMap<>();
    histograms.forEach(
        (row, histogram) -> {
          ActivationHistogram.Range range = histogram.range(percentile);
          ranges.put(row, Affine.of(range.low(), range.high()));
        });
    return ranges;
  }

  private void take(String row, float[] values) {
    if (histograms.containsKey(row)) {
      add(row, values);
    }
    if (row.equals(output.input())) {
      add(output.name(), logits(values));
    }
  }

  private void add(String row, float[] values) {
    try {
      Objects.requireNonNull(histograms.get(row), row).add(values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(row + e.getMessage(), e);
    }
  }

  /** The output row's values before its softmax, summed in double precision. */
  private float[] logits(float[] inputs) {
    int in = output.in();
    int count = inputs.length / in;
    float[] logits = new float[count * bias.length];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < bias.length; c++) {
        double sum = bias[c];
        for (int j = 0; j < in; j++) {
          sum += (double) weights[c * in + j] * inputs[i * in + j];
        }
        logits[i * bias.length + c] = (float) sum;
      }
    }
    return logits;
  }
}
