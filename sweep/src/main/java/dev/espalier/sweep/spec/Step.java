package dev.espalier.sweep.spec;

import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepKind;
import dev.espalier.sweep.spec.step.StepValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A step of a pipeline, as the config gives it.
 *
 * @param alternatives each the axes that the config gives, or empty where the step is left out
 */
public record Step(StepKind kind, List<Optional<Axes>> alternatives) {
  public Step {
    alternatives = List.copyOf(alternatives);
  }

  /** Every combination of its values, with {@code defaults} for what the config does not give. */
  List<StepValues> product(OptionValues defaults) {
    List<StepValues> product = new ArrayList<>();
    for (Optional<Axes> alternative : alternatives) {
      if (alternative.isEmpty()) {
        product.add(new StepValues(kind, OptionValues.NONE));
      } else {
        for (OptionValues values : alternative.get().product()) {
          product.add(new StepValues(kind, values.over(defaults, kind.options())));
        }
      }
    }
    return product;
  }

  /** How many combinations there are. */
  double size() {
    return alternatives.stream().mapToDouble(axes -> axes.map(Axes::size).orElse(1.0)).sum();
  }
}
