package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network that an ONNX file holds.
 *
 * @param normalization of the pixels in front of the table; null where the file has none
 * @param labels names of the classes, in the order of the outputs; empty where the file has none
 */
public record OnnxNetwork(
    WeightedNetwork weighted, @Nullable Normalization normalization, List<String> labels) {
  public OnnxNetwork {
    labels = List.copyOf(labels);
  }
}
