package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Key;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.prune.Criterion;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.PruneBelow;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code prune}: sets the weights of lowest score to zero, at once or in the course of training. */
public final class PruneStep implements StepKind {
  public static final LayerOptions LAYERS = new LayerOptions("prune");

  private final Option<Criterion> criterion;
  private final Criterion preset;
  private final List<Option<?>> options;

  /**
   * Pruning by one of some criteria.
   *
   * @param criteria at least one, the default first
   */
  public PruneStep(List<Criterion> criteria) {
    preset = criteria.get(0);
    String meanings =
        criteria.stream()
            .map(each -> "`%s`: %s".formatted(each.word(), each.meaning()))
            .collect(Collectors.joining("; "));
    WordForm<Criterion> form = WordForm.of(criteria, Criterion::word);
    criterion =
        Option.of(
            Key.some(
                "criterion",
                form.rule(),
                "`" + preset.word() + "`",
                "what goes first: " + meanings),
            "criterion",
            "",
            form);
    List<Option<?>> all =
        new ArrayList<>(
            List.of(
                PruneOptions.SPARSITY, PruneOptions.SCOPE, criterion, PruneOptions.THRESHOLD));
    all.add(PruneOptions.ROUNDING);
    all.addAll(LAYERS.all());
    all.addAll(SparsitySchedule.all());
    options = List.copyOf(all);
  }

  @Override
  public String word() {
    return "prune";
  }

  @Override
  public String note() {
    return "";
  }

  @Override
  public String meaning() {
    return "how weights are pruned";
  }

  @Override
  public List<Option<?>> options() {
    return options;
  }

  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    return LAYERS.presets().with(PruneOptions.SCOPE, Scope.FLAT).with(criterion, preset);
  }

  @Override
  public void require(Fields fields, OptionValues defaults) {
    if (!fields.has(PruneOptions.THRESHOLD.key()) && !defaults.has(PruneOptions.THRESHOLD)) {
      OptionReader.require(fields, List.of(PruneOptions.SPARSITY), defaults);
    }
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    BigDecimal sparsity = values.find(PruneOptions.SPARSITY);
    return !values.has(PruneOptions.THRESHOLD) && sparsity != null && sparsity.signum() == 0;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    KernelSelection kernels = LAYERS.selection(values);
    BigDecimal threshold = values.find(PruneOptions.THRESHOLD);
    if (threshold != null) {
      return List.of(new PruneBelow(threshold, kernels, varied));
    }
    BigDecimal sparsity = values.get(PruneOptions.SPARSITY);
    return switch (SparsitySchedule.kind(values)) {
      case ONE_SHOT -> List.of(new Prune(sparsity, pruning(values), kernels, varied));
      case CONSTANT, ITERATIVE -> {
        Recipe recipe = FineTuneStep.recipe(place.defaults("fine-tune"));
        List<Stage> stages = new ArrayList<>();
        for (BigDecimal reached : SparsitySchedule.rounds(sparsity, values)) {
          stages.add(new Prune(reached, pruning(values), kernels, varied));
          stages.add(new FineTune(recipe, values.get(SparsitySchedule.EPOCHS)));
        }
        yield stages;
      }
      case POLYNOMIAL -> throw new UnsupportedOperationException();
    };
  }

  private WeightPruning pruning(OptionValues values) {
    return new WeightPruning(
        values.get(criterion),
        values.get(PruneOptions.SCOPE),
        SparsitySchedule.value(values, PruneOptions.ROUNDING, Rounding.HALF_UP));
  }

  @Override
  public @Nullable String objection(OptionValues values, List<OptionValues> before) {
    if (values.has(PruneOptions.THRESHOLD)) {
      return ofThreshold(values);
    }
    String ofSchedule = SparsitySchedule.objection(values);
    return ofSchedule == null ? ofSparsity(values.get(PruneOptions.SPARSITY), before) : ofSchedule;
  }

  private @Nullable String ofThreshold(OptionValues values) {
    if (values.has(PruneOptions.SPARSITY)) {
      return "threshold: not allowed with sparsity";
    }
    if (!values.get(criterion).equals(preset)) {
      return "threshold: not allowed with criterion " + values.get(criterion).word();
    }
    return SparsitySchedule.kind(values) == SparsitySchedule.Kind.ONE_SHOT
        ? SparsitySchedule.objection(values)
        : "threshold: not allowed with a schedule but one-shot";
  }

  private static @Nullable String ofSparsity(BigDecimal sparsity, List<OptionValues> before) {
    for (OptionValues earlier : before) {
      BigDecimal least = earlier.find(PruneOptions.SPARSITY);
      if (least != null && sparsity.compareTo(least) <= 0) {
        return "sparsity: must be above that of an earlier prune step, found %s after %s; exclude such trials"
            .formatted(Schedule.plain(sparsity), Schedule.plain(least));
      }
    }
    return null;
  }
}
