package dev.espalier.workers.stage;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a network with 8-bit kernels. */
final class QuantizedKernels {
  /** Its part of canonical texts. */
  static final String CANONICAL =
      "kernels symmetric in [-127, 127], by channel; dense and shared ones by tensor";

  private final List<Tensor> tensors;
  private final Map<String, List<Float>> scales;

  private QuantizedKernels(List<Tensor> tensors, Map<String, List<Float>> scales) {
    this.tensors = List.copyOf(tensors);
    this.scales = Map.copyOf(scales);
  }

  /** Quantizes every kernel of a state. */
  static QuantizedKernels of(State state) {
    List<Tensor> tensors = new ArrayList<>();
    Map<String, List<Float>> scales = new HashMap<>();
    for (Tensor tensor : state.tensors()) {
      if (tensor.kind().isKernel()) {
        boolean shared = state.holds().get(tensor.name()) instanceof Hold.Shared;
        QuantizedKernel kernel = QuantizedKernel.of(tensor, shared);
        scales.put(tensor.name(), kernel.scales());
        tensors.add(tensor.with(kernel.values()));
      } else {
        tensors.add(tensor);
      }
    }
    return new QuantizedKernels(tensors, scales);
  }

  /** Every parameter, in the order of the network. */
  List<Tensor> tensors() {
    return tensors;
  }

  /**
   * The scales by kernel: one for each output channel; a single one for dense layers and for shared
   * values.
   */
  Map<String, List<Float>> scales() {
    return scales;
  }
}
