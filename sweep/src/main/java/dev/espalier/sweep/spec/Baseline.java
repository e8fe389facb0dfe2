package dev.espalier.sweep.spec;

import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.workers.stage.NamedOption;
import java.util.List;

/** Where the dense network comes from. */
public sealed interface Baseline {

  /**
   * It is trained here, once for each combination of these values.
   *
   * @param axes of all options of training
   */
  record Train(Axes axes) implements Baseline {

    /** Every combination. */
    public List<OptionValues> product() {
      return axes.product();
    }

    /** The values that tell a baseline apart from others of the sweep, for names. */
    public List<NamedOption> varied(OptionValues values) {
      return axes.values().entrySet().stream()
          .filter(axis -> axis.getValue().size() > 1)
          .map(axis -> values.named(axis.getKey()))
          .toList();
    }
  }

  /**
   * It is the user's own.
   *
   * @param path of a Deeplearning4j zip or an ONNX file
   */
  record From(String path, BaselineInput input) implements Baseline {}
}
