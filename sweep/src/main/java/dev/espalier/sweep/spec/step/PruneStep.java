package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.prune.Criterion;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code prune}: sets the weights of lowest score to zero. */
public final class PruneStep implements StepKind {
  private static final Rule<BigDecimal> SPARSITY_RULE = Rule.decimal("[0, 1)");

  public static final Option<BigDecimal> SPARSITY =
      Option.told(
          Key.some(
              "sparsity",
              SPARSITY_RULE,
              StepKind.REQUIRED,
              "fraction of prunable weights that become zero; 0: not pruned"),
          "sparsity",
          "s",
          OptionForm.number(SPARSITY_RULE));

  private static final WordForm<Scope> SCOPES = WordForm.of(List.of(Scope.values()), Scope::word);

  public static final Option<Scope> SCOPE =
      Option.told(
          Key.some(
              "scope",
              SCOPES.rule(),
              "`flat`",
              "one ranking over the network, or the same sparsity in every layer; without meaning"
                  + " where sparsity is 0"),
          "scope",
          "",
          SCOPES);

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
    options = List.of(SPARSITY, SCOPE, criterion, LAYERS.layers, LAYERS.exclude, LAYERS.depthwise);
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
    return LAYERS
        .presets()
        .with(LAYERS.layers, List.of())
        .with(SCOPE, Scope.FLAT)
        .with(criterion, preset);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return values.get(SPARSITY).signum() == 0;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    return List.of(
        new Prune(
            values.get(SPARSITY),
            values.get(SCOPE),
            values.get(criterion),
            values.get(LAYERS.layers),
            values.get(LAYERS.exclude),
            values.get(LAYERS.depthwise),
            varied));
  }

  @Override
  public @Nullable String objection(OptionValues values, List<OptionValues> before) {
    BigDecimal sparsity = values.get(SPARSITY);
    for (OptionValues earlier : before) {
      BigDecimal least = earlier.find(SPARSITY);
      if (least != null && sparsity.compareTo(least) <= 0) {
        return "sparsity: must be above that of an earlier prune step, found %s after %s; exclude such trials"
            .formatted(Schedule.plain(sparsity), Schedule.plain(least));
      }
    }
    return null;
  }
}
