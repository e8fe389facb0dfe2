package dev.espalier.workers.stage;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a network whose kernels are in 8 bits.
 *
 * @param tensors every parameter, in the order of the network
 * @param scales by kernel: one for each output channel; a single one where values are shared, and
 *     of dense layers
 */
record QuantizedKernels(List<Tensor> tensors, Map<String, List<Float>> scales) {
  /** What canonical texts say of it. */
  static final String CANONICAL =
      "kernels symmetric in [-127, 127], by channel; dense and shared ones by tensor";

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
}
