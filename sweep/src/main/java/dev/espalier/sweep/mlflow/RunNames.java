package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.spec.ParameterAxis;
import dev.espalier.sweep.spec.SweepSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of trials are called: the words of the trial's name with what differs in the sweep
 * first, because MLflow's tables cut names at some 20 characters. {@code
 * s0.9-flat-ft3-k16-resnet18-w0.25-seed1}.
 */
final class RunNames {
  private static final String NONE = "none";

  private final List<ParameterAxis> order = new ArrayList<>();

  RunNames(SweepSpec spec) {
    List<ParameterAxis> axes = ParameterAxis.of(spec);
    axes.stream().filter(ParameterAxis::differs).forEach(order::add);
    axes.stream().filter(axis -> !axis.differs()).forEach(order::add);
  }

  /**
   * The name of a run.
   *
   * @param trial the name of the trial, for one that has none of a sweep's parameters
   */
  String of(Map<String, ? extends @Nullable Object> parameters, String trial) {
    String name =
        order.stream()
            .filter(axis -> !text(parameters.get(axis.parameter())).equals(NONE))
            .map(axis -> axis.mark() + text(parameters.get(axis.parameter())))
            .collect(Collectors.joining("-"));
    return name.isEmpty() ? trial : name;
  }

  /** A value as params have it. */
  static String text(@Nullable Object value) {
    if (value == null) {
      return NONE;
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }
}
