package dev.espalier.workers.measure;

import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.EncodedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The table of the layers with a kernel: what the weights of each alone decide. */
final class LayerTable {
  private LayerTable() {}

  /**
   * @param tensors every parameter, in the order of the network
   * @param prunable names of the tensors that prune stages may touch
   * @param encoded the same tensors as the encoder wrote them
   */
  static List<LayerRow> of(List<Tensor> tensors, Set<String> prunable, CompressedNetwork encoded) {
    Map<String, EncodedTensor> files = new HashMap<>();
    encoded.tensors().forEach(tensor -> files.put(tensor.name(), tensor));
    List<LayerRow> layers = new ArrayList<>();
    for (Tensor tensor : tensors) {
      if (tensor.kind().isKernel()) {
        EncodedTensor file = Objects.requireNonNull(files.get(tensor.name()), tensor.name());
        long weights = tensor.values().length;
        long nonzero = nonzero(tensor.values());
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
    return List.copyOf(layers);
  }

  static long nonzero(float[] values) {
    long count = 0;
    for (float value : values) {
      if (value != 0) {
        count++;
      }
    }
    return count;
  }

  private static long differentValues(float[] values) {
    int[] bits = new int[values.length];
    int count = 0;
    for (float value : values) {
      if (value != 0) {
        bits[count++] = Float.floatToRawIntBits(value);
      }
    }
    Arrays.sort(bits, 0, count);
    long different = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || bits[i] != bits[i - 1]) {
        different++;
      }
    }
    return different;
  }
}
