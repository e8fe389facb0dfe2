package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.spec.Cell;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.Model;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of trials are called: the words of the trial's name with what differs in the sweep
 * first, because MLflow's tables cut names at some 20 characters. {@code
 * s0.9-flat-ft3-k16-resnet18-w0.25-seed1}.
 */
final class RunNames {
  private static final String NONE = "none";

  /** A parameter, how a name marks its value, and the value of a cell as text. */
  private record Axis(String parameter, String mark, Function<Cell, String> value) {}

  private static final List<Axis> AXES =
      List.of(
          new Axis("model", "", cell -> architecture(cell.model())),
          new Axis("width", "w", cell -> width(cell.model())),
          new Axis("sparsity", "s", cell -> text(cell.sparsity())),
          new Axis("scope", "", cell -> cell.scope().word()),
          new Axis("fine_tune_epochs", "ft", cell -> text(cell.fineTuneEpochs())),
          new Axis("centroids", "k", cell -> text(cell.centroids())),
          new Axis("seed", "seed", cell -> text(cell.seed())));

  private final List<Axis> order = new ArrayList<>();

  RunNames(SweepSpec spec) {
    List<Cell> cells = spec.cells();
    List<Axis> same = new ArrayList<>();
    for (Axis axis : AXES) {
      boolean differs = cells.stream().map(axis.value()).distinct().limit(2).count() > 1;
      (differs ? order : same).add(axis);
    }
    order.addAll(same);
  }

  private static String architecture(@Nullable Model model) {
    return model == null ? NONE : model.architecture();
  }

  private static String width(@Nullable Model model) {
    return model == null ? NONE : text(model.width());
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
