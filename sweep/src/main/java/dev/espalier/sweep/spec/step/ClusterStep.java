package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.facts.CentroidInit;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code cluster}: lets the weights of each layer share a few values. */
public record ClusterStep() implements StepKind {
  /** So many layers are named in a remark. */
  private static final int MOST_NAMED = 3;

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

  private static final WordForm<CentroidInit> INITS =
      WordForm.of(List.of(CentroidInit.values()), CentroidInit::word);

  public static final Option<CentroidInit> INIT =
      Option.of(
          Key.some("init", INITS.rule(), "`optimal`", "the initial centroids: " + starts()),
          "cluster-init",
          "",
          INITS);

  private static final Rule<Integer> LLOYD_RULE = Rule.whole("[0, " + Cluster.MAX_LLOYD + "]");

  public static final Option<Integer> LLOYD =
      Option.of(
          Key.some(
              "lloyd",
              LLOYD_RULE,
              "`0`",
              "iterations that move centroids to the means of their weights; 0: weights take the values of the"
                  + " initial centroids; with `optimal` it must be 0"),
          "cluster-lloyd",
          "lloyd",
          OptionForm.number(LLOYD_RULE));

  public static final LayerOptions LAYERS = new LayerOptions("cluster");

  private static String starts() {
    return Stream.of(CentroidInit.values())
        .map(init -> "`%s`: %s".formatted(init.word(), init.meaning()))
        .collect(Collectors.joining("; "));
  }

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
    return "how weights are clustered into shared values";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(CENTROIDS, INIT, LLOYD, LAYERS.exclude, LAYERS.depthwise);
  }

  /** Layers that are not pruned are not clustered either. */
  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    List<String> pruning =
        before.getOrDefault("prune", OptionValues.NONE).find(PruneStep.LAYERS.exclude);
    return LAYERS
        .presets()
        .with(LAYERS.exclude, pruning == null ? List.of() : pruning)
        .with(INIT, CentroidInit.OPTIMAL)
        .with(LLOYD, 0);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return values.get(CENTROIDS) == 0;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    CentroidInit init = values.get(INIT);
    KernelSelection kernels = LAYERS.selection(values, place.network());
    boolean manyWeights =
        init == CentroidInit.OPTIMAL
            && kernels.largest(place.network().parameters()) > Cluster.FEW_WEIGHTS;
    return List.of(
        new Cluster(values.get(CENTROIDS), init, values.get(LLOYD), kernels, manyWeights, varied));
  }

  @Override
  public @Nullable String objection(OptionValues values, List<OptionValues> before) {
    int lloyd = values.get(LLOYD);
    return values.get(INIT) == CentroidInit.OPTIMAL && lloyd > 0
        ? "lloyd: must be 0 if init is optimal, which no iteration improves, found "
            + lloyd
            + "; exclude such trials"
        : null;
  }

  /** The layers that have fewer weights than centroids. */
  @Override
  public List<String> remarks(OptionValues values, StepPlace place) {
    int centroids = values.get(CENTROIDS);
    KernelSelection kernels = LAYERS.selection(values, place.network());
    List<String> small =
        place.network().parameters().stream()
            .filter(each -> kernels.takes(each.kind(), each.layer()))
            .filter(each -> each.size() < centroids)
            .map(each -> "%s (%d weights)".formatted(each.layer(), each.size()))
            .toList();
    if (small.isEmpty()) {
      return List.of();
    }
    int left = small.size() - MOST_NAMED;
    return List.of(
        "cluster k=%d of %s: %s%s %s fewer weights than centroids and %s them all"
            .formatted(
                centroids,
                place.start().brief(),
                String.join(", ", small.subList(0, Math.min(small.size(), MOST_NAMED))),
                left > 0 ? " and %d more layers".formatted(left) : "",
                small.size() == 1 ? "has" : "have",
                small.size() == 1 ? "keeps" : "keep"));
  }
}
