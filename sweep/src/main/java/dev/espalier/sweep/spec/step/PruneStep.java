package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.spec.step.PruneOptions.Unit;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.filter.FilterCriterion;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.prune.Criterion;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import dev.espalier.workers.stage.FilterShare;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.GradualPrune;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.PruneBelow;
import dev.espalier.workers.stage.PruneFilters;
import dev.espalier.workers.stage.PruneFiltersByImages;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code prune}: sets the weights of lowest score to zero, or removes the filters of lowest score,
 * at once or in the course of training.
 */
public final class PruneStep implements StepKind {
  public static final LayerOptions LAYERS = new LayerOptions("prune");

  /** The criterion that looks at nothing. */
  private static final String RANDOM = "random";

  private final List<Criterion> ofWeights;
  private final List<FilterCriterion> ofFilters;
  private final List<String> wordsOfWeights;
  private final List<String> wordsOfFilters;
  private final Option<String> criterion;
  private final List<Option<?>> options;

  /**
   * Pruning by one of some criteria.
   *
   * @param ofWeights at least one, the default first; its word stands for the default of filters
   *     too
   * @param ofFilters at least one, the default first
   */
  public PruneStep(List<Criterion> ofWeights, List<FilterCriterion> ofFilters) {
    this.ofWeights = List.copyOf(ofWeights);
    this.ofFilters = List.copyOf(ofFilters);
    String magnitude = ofWeights.get(0).word();
    Stream<String> filterWords = ofFilters.stream().map(FilterCriterion::word);
    wordsOfWeights = ofWeights.stream().map(Criterion::word).toList();
    wordsOfFilters = Stream.concat(Stream.of(magnitude), filterWords).toList();
    Stream<String> words = Stream.concat(wordsOfWeights.stream(), wordsOfFilters.stream());
    WordForm<String> form = WordForm.of(words.distinct().toList(), word -> word);
    criterion =
        Option.of(
            Key.some(
                "criterion",
                form.rule(),
                "`" + magnitude + "`; for filters `" + ofFilters.get(0).word() + "`",
                "what is pruned first: " + meanings()),
            "criterion",
            "",
            form);
    options =
        Stream.of(
                List.of(
                    PruneOptions.SPARSITY,
                    PruneOptions.SCOPE,
                    PruneOptions.UNIT,
                    criterion,
                    PruneOptions.IMAGES,
                    PruneOptions.THRESHOLD,
                    PruneOptions.ROUNDING),
                List.of(LAYERS.layers, LAYERS.exclude, LAYERS.depthwise),
                SparsitySchedule.all())
            .<Option<?>>flatMap(List::stream)
            .toList();
  }

  private String meanings() {
    return meanings(ofWeights, Criterion::word, Criterion::meaning)
        + "; for filters "
        + meanings(ofFilters, FilterCriterion::word, FilterCriterion::meaning);
  }

  private static <T> String meanings(
      List<T> criteria, Function<T, String> word, Function<T, String> meaning) {
    return criteria.stream()
        .map(each -> "`%s`: %s".formatted(word.apply(each), meaning.apply(each)))
        .collect(Collectors.joining("; "));
  }

  @Override
  public String word() {
    return "prune";
  }

  @Override
  public String note() {
    return "The sparsity of weights includes zeros that already exist; the sparsity of filters is relative to"
        + " the filters that still exist. Filters coupled by sums, batch norms and depthwise convolutions are removed"
        + " together, as in DepGraph (arXiv 2301.12900). In a `flat` ranking their scores are"
        + " divided by the mean of their group, and no group loses its last filter.";
  }

  @Override
  public String meaning() {
    return "how weights or filters are pruned";
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
        .with(PruneOptions.SCOPE, Scope.FLAT)
        .with(PruneOptions.UNIT, Unit.WEIGHT)
        .with(criterion, ofWeights.get(0).word());
  }

  @Override
  public List<Option<?>> needed() {
    return List.of(PruneOptions.SPARSITY, PruneOptions.THRESHOLD);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    BigDecimal sparsity = values.find(PruneOptions.SPARSITY);
    return !values.has(PruneOptions.THRESHOLD) && sparsity != null && sparsity.signum() == 0;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    KernelSelection layers = LAYERS.selection(values, place.network());
    BigDecimal threshold = values.find(PruneOptions.THRESHOLD);
    if (threshold != null) {
      return List.of(new PruneBelow(threshold, layers, varied));
    }
    BigDecimal sparsity = values.get(PruneOptions.SPARSITY);
    return switch (SparsitySchedule.kind(values)) {
      case ONE_SHOT -> List.of(atOnce(sparsity, values, layers, varied));
      case CONSTANT, ITERATIVE -> rounds(sparsity, values, layers, varied, place);
      case POLYNOMIAL -> List.of(gradual(values, layers, varied, place));
    };
  }

  private Stage gradual(
      OptionValues values, KernelSelection layers, List<NamedOption> varied, StepPlace place) {
    OptionValues tuning = place.defaults("fine-tune");
    return new GradualPrune(
        FineTuneStep.recipe(tuning, place.start()),
        values.get(SparsitySchedule.EPOCHS),
        SparsitySchedule.gradual(values),
        ofWeights(values),
        layers,
        FineTuneStep.gradient(tuning, place),
        varied);
  }

  private List<Stage> rounds(
      BigDecimal sparsity,
      OptionValues values,
      KernelSelection layers,
      List<NamedOption> varied,
      StepPlace place) {
    List<BigDecimal> sparsities = SparsitySchedule.rounds(sparsity, values);
    boolean filters = values.get(PruneOptions.UNIT) == Unit.FILTER;
    Recipe recipe = FineTuneStep.recipe(place.defaults("fine-tune"), place.start());
    List<Stage> stages = new ArrayList<>();
    for (BigDecimal each : filters ? SparsitySchedule.shares(sparsities) : sparsities) {
      stages.add(atOnce(each, values, layers, varied));
      stages.add(new FineTune(recipe, values.get(SparsitySchedule.EPOCHS)));
    }
    return stages;
  }

  private Stage atOnce(
      BigDecimal sparsity, OptionValues values, KernelSelection layers, List<NamedOption> varied) {
    if (values.get(PruneOptions.UNIT) == Unit.WEIGHT) {
      return new Prune(sparsity, ofWeights(values), layers, varied);
    }
    FilterCriterion by = ofFilters(values);
    FilterShare share =
        new FilterShare(
            sparsity,
            values.get(PruneOptions.SCOPE),
            values.get(PruneOptions.ROUNDING, Rounding.FLOOR_KEEP),
            layers.withoutDepthwise(),
            varied);
    int images = values.get(PruneOptions.IMAGES, PruneOptions.IMAGES_PRESET);
    return by.seesImages()
        ? new PruneFiltersByImages(share, by, images)
        : new PruneFilters(share, by);
  }

  private WeightPruning ofWeights(OptionValues values) {
    String word = values.get(criterion);
    Criterion by =
        ofWeights.stream().filter(each -> each.word().equals(word)).findFirst().orElseThrow();
    return new WeightPruning(
        by, values.get(PruneOptions.SCOPE), values.get(PruneOptions.ROUNDING, Rounding.HALF_UP));
  }

  private FilterCriterion ofFilters(OptionValues values) {
    String word = values.get(criterion);
    return ofFilters.stream()
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElse(ofFilters.get(0));
  }

  /**
   * The values of the same step with the criterion {@value #RANDOM}; null where the step prunes
   * below a threshold, or no criterion is called so.
   */
  public @Nullable OptionValues atRandom(OptionValues values) {
    List<String> words =
        values.get(PruneOptions.UNIT) == Unit.FILTER ? wordsOfFilters : wordsOfWeights;
    if (values.has(PruneOptions.THRESHOLD) || !words.contains(RANDOM)) {
      return null;
    }
    List<Option<?>> others =
        options.stream().filter(option -> !option.equals(PruneOptions.IMAGES)).toList();
    return values.with(criterion, RANDOM).over(OptionValues.NONE, others);
  }

  /** Weights may be pruned in a network that has just lost filters. */
  @Override
  public boolean followsItself() {
    return true;
  }

  @Override
  public @Nullable String objection(OptionValues values, List<OptionValues> before) {
    String ofPlace = ofUnit(values);
    if (ofPlace == null) {
      ofPlace = PruneObjections.ofPlace(values, before);
    }
    if (ofPlace != null) {
      return ofPlace;
    }
    return values.has(PruneOptions.THRESHOLD)
        ? PruneObjections.ofThreshold(values, values.get(criterion), ofWeights.get(0).word())
        : PruneObjections.ofSparsity(values, before);
  }

  /** Schedules train by the sweep's default recipe of fine-tuning. */
  @Override
  public @Nullable String objectionAfter(
      @Nullable OptionValues baseline, OptionValues values, Map<String, OptionValues> defaults) {
    Integer epochs = values.find(SparsitySchedule.EPOCHS);
    OptionValues tuning = defaults.getOrDefault("fine-tune", OptionValues.NONE);
    return epochs == null ? null : FineTuneStep.objection(baseline, tuning, epochs);
  }

  @Override
  public @Nullable String objectionTo(OptionValues values, PlannedNetwork network) {
    String ofFilter =
        values.get(PruneOptions.UNIT) == Unit.FILTER
            ? ofFilters(values).objectionTo(network.parameters())
            : null;
    return ofFilter == null ? null : "criterion: " + ofFilter;
  }

  /** What has no meaning for weights, or for filters. */
  private @Nullable String ofUnit(OptionValues values) {
    boolean filters = values.get(PruneOptions.UNIT) == Unit.FILTER;
    String word = values.get(criterion);
    List<String> words = filters ? wordsOfFilters : wordsOfWeights;
    if (!words.contains(word)) {
      return "criterion: must be one of %s with unit %s, found %s"
          .formatted(String.join(", ", words), values.get(PruneOptions.UNIT).word(), word);
    }
    if (values.has(PruneOptions.IMAGES) && !(filters && ofFilters(values).seesImages())) {
      return "images: not allowed with criterion " + word + ", which uses none";
    }
    return filters ? PruneObjections.ofFilters(values) : null;
  }
}
