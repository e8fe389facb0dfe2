package dev.espalier.workers.stage;

import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes kernels and activations to 8-bit integers, as TensorFlow Lite's quantization
 * specification says. The ranges of activations are those of the float network on the first
 * training images.
 *
 * @param images at least 1
 * @param percentile percentage of a row's values that its range covers, in (50, 100]
 * @param varied the options that distinguish it from other stages of its kind in the sweep
 */
public record QuantizeToInt8(int images, BigDecimal percentile, List<NamedOption> varied)
    implements Calibration {
  private static final BigDecimal ALL = BigDecimal.valueOf(100);

  public QuantizeToInt8 {
    if (images < 1) {
      throw new IllegalArgumentException("images: must be at least 1, found " + images);
    }
    if (percentile.compareTo(BigDecimal.valueOf(50)) <= 0 || percentile.compareTo(ALL) > 0) {
      throw new IllegalArgumentException(
          "percentile: must be in (50, 100], found " + percentile.toPlainString());
    }
    percentile = percentile.stripTrailingZeros();
    varied = List.copyOf(varied);
  }

  @Override
  public String canonical() {
    String range =
        percentile.compareTo(ALL) == 0
            ? "least and greatest value"
            : "percentile " + percentile.toPlainString();
    return String.join(
        "\n",
        "quantize to int8",
        QuantizedKernels.CANONICAL,
        "activations by the " + range + " of " + images + " images");
  }

  @Override
  public String word() {
    return "quantize";
  }

  @Override
  public String slug() {
    return "int8";
  }

  @Override
  public String brief() {
    return "int8";
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return Map.of("quantize", "int8");
  }

  @Override
  public boolean needsTable() {
    return true;
  }

  @Override
  public State apply(State state, float[] pixels, ForwardPass network) {
    WeightedNetwork floats =
        new WeightedNetwork(
            Objects.requireNonNull(state.table()).withoutDropout(), state.tensors());
    Map<String, Affine> activations = new ActivationRanges(floats, percentile).of(network, pixels);
    QuantizedKernels kernels = QuantizedKernels.of(state);
    return state.quantized(kernels.tensors(), new Precision.Int8(kernels.scales(), activations));
  }
}
