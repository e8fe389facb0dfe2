package dev.espalier.workers.stage;

import dev.espalier.workers.facts.NumberFormat;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.Half;
import dev.espalier.workers.quantize.Precision;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes parameters but not activations: kernels to 8 bits, or every parameter to a 16-bit
 * float.
 *
 * @param format {@link NumberFormat#INT8_WEIGHTS} or {@link NumberFormat#FLOAT16}
 */
public record QuantizeParameters(NumberFormat format) implements Transform {
  public QuantizeParameters {
    if (format != NumberFormat.INT8_WEIGHTS && format != NumberFormat.FLOAT16) {
      throw new IllegalArgumentException(
          "format: must be int8-weights or float16, found " + format.word());
    }
  }

  @Override
  public String canonical() {
    return format == NumberFormat.FLOAT16
        ? "quantize to float16\nevery parameter to the nearest, ties to even, at most 65504"
        : "quantize kernels to int8\n" + QuantizedKernels.CANONICAL;
  }

  @Override
  public String word() {
    return "quantize";
  }

  @Override
  public String slug() {
    return format.word();
  }

  @Override
  public String brief() {
    return format.word();
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return Map.of("quantize", format.word());
  }

  @Override
  public State apply(State state, long seed) {
    if (format == NumberFormat.FLOAT16) {
      return state.quantized(halves(state.tensors()), new Precision.Float16());
    }
    QuantizedKernels kernels = QuantizedKernels.of(state);
    return state.quantized(kernels.tensors(), new Precision.Int8Weights(kernels.scales()));
  }

  private static List<Tensor> halves(List<Tensor> tensors) {
    return tensors.stream()
        .map(
            tensor -> {
              float[] values = tensor.values().clone();
              for (int i = 0; i < values.length; i++) {
                values[i] = Half.value(Half.of(values[i]));
              }
              return tensor.with(values);
            })
        .toList();
  }
}
