package dev.espalier.sweep.toy;

import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.stage.Calibration;
import dev.espalier.workers.stage.ForwardPass;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.State;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds the mean of some images, times a strength, to each bias of the output.
 *
 * @param images at least 1
 * @param varied what names tell beside the strength
 */
record Tint(BigDecimal strength, int images, List<NamedOption> varied) implements Calibration {
  @Override
  public String canonical() {
    return "tint " + Schedule.plain(strength) + " by " + images + " images";
  }

  @Override
  public String word() {
    return "tint";
  }

  @Override
  public String slug() {
    return "tint" + Schedule.plain(strength);
  }

  @Override
  public String brief() {
    return "tint=" + Schedule.plain(strength);
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return Map.of("tint", strength);
  }

  @Override
  public State apply(State state, float[] pixels, ForwardPass network) {
    double sum = 0;
    for (float pixel : pixels) {
      sum += pixel;
    }
    float shift = (float) (strength.doubleValue() * (1 + sum / pixels.length));
    List<Tensor> tensors =
        state.tensors().stream()
            .map(tensor -> tensor.name().equals("output/b") ? shifted(tensor, shift) : tensor)
            .toList();
    return state.with(tensors);
  }

  private static Tensor shifted(Tensor bias, float shift) {
    float[] values = bias.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += i * shift;
    }
    return bias.with(values);
  }
}
