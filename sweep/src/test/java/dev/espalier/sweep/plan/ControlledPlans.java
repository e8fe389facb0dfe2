package dev.espalier.sweep.plan;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.facts.DataFacts;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Plans of small sweeps with controls. */
final class ControlledPlans {
  static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 10, 3000, 1000, 1000);

  static final String START =
      """
      name: small
      dataset: {name: shapes}
      model: {architecture: resnet18, width: 0.25}
      baseline: {epochs: 4}
      controls: true
      """;

  private ControlledPlans() {}

  static Plan plan(String rest, String... overrides) throws ConfigException {
    return Plan.of(SpecFile.parse("x.yaml", START + rest, List.of(overrides)), DATA);
  }

  /** Without network and seed. */
  static List<String> names(Plan plan, @Nullable Control kind) {
    return plan.trials().stream()
        .filter(trial -> trial.control() == kind)
        .map(trial -> trial.name().replace("resnet18-w0.25-", "").replace("-seed1", ""))
        .toList();
  }

  static List<String> widths(Plan plan) {
    return plan.trials().stream()
        .filter(trial -> trial.control() == Control.WIDTH)
        .map(trial -> Objects.requireNonNull(trial.parameters().get("width")).toString())
        .toList();
  }
}
