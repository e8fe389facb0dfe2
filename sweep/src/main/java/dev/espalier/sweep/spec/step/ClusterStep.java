package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Stage;
import java.util.List;
import java.util.Map;

/** {@code cluster}: lets the weights of each layer share a few values. */
public record ClusterStep() implements StepKind {
  private static final Rule<Integer> RULE = Rule.wholeOrNone("[1, " + Cluster.MAX_CENTROIDS + "]");

  public static final Option<Integer> CENTROIDS =
      Option.told(
          Key.some(
              "centroids",
              RULE,
              StepKind.REQUIRED,
              "at most this many shared non-zero values in each layer; `none`: not clustered"),
          "centroids",
          "k",
          WordForm.numberOrNone(RULE));

  public static final LayerOptions LAYERS = new LayerOptions("cluster");

  @Override
  public String word() {
    return "cluster";
  }

  @Override
  public String note() {
    return "";
  }

  @Override
  public String meaning() {
    return "how weights come to share values";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(CENTROIDS, LAYERS.exclude, LAYERS.depthwise);
  }

  /** Layers that are not pruned are not clustered either. */
  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    List<String> pruning =
        before.getOrDefault("prune", OptionValues.NONE).find(PruneStep.LAYERS.exclude);
    return LAYERS.presets().with(LAYERS.exclude, pruning == null ? List.of() : pruning);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return values.get(CENTROIDS) == 0;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    boolean manyWeights = LAYERS.selection(values).largest(place.network()) > Cluster.FEW_WEIGHTS;
    return List.of(
        new Cluster(
            values.get(CENTROIDS),
            values.get(LAYERS.exclude),
            values.get(LAYERS.depthwise),
            manyWeights,
            varied));
  }
}
