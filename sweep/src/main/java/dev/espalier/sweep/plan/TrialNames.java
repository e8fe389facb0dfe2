package dev.espalier.sweep.plan;

import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Reached;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of trials and stages. Names and parameters are derived from the stages on the path of a
 * trial and its seed.
 *
 * @param oneSeed whether all trials have one seed, which labels then leave out
 */
record TrialNames(boolean oneSeed) {
  /** The parameters of the first edition for a trial without such a step. */
  private static final Map<String, @Nullable Object> WITHOUT_STEPS = withoutSteps();

  private static Map<String, @Nullable Object> withoutSteps() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("sparsity", BigDecimal.ZERO);
    parameters.put("scope", "none");
    parameters.put("fine_tune_epochs", 0);
    parameters.put("centroids", null);
    return parameters;
  }

  /**
   * The parts that the stages give, in their order, and the seed: {@code
   * resnet18-w0.25-s0.9-flat-ft3-k16-seed1}. Where nothing is pruned, {@code s0} follows the
   * network; where nothing is fine-tuned, {@code ft0} follows the last pruning.
   */
  String name(List<Stage> path, long seed) {
    List<String> words = new ArrayList<>(path.stream().map(Stage::word).toList());
    List<String> slugs = new ArrayList<>(path.stream().map(TrialNames::slug).toList());
    if (!words.contains("prune")) {
      words.add(1, "prune");
      slugs.add(1, "s0");
    }
    if (!words.contains("fine-tune")) {
      slugs.add(words.lastIndexOf("prune") + 1, "ft0");
    }
    slugs.add("seed" + seed);
    return Stage.joined("-", slugs);
  }

  /**
   * The parameters of all stages in their order, and the seed. A parameter that an earlier stage
   * has too is numbered: {@code sparsity.2}.
   */
  static Map<String, @Nullable Object> parameters(List<Stage> path, long seed) {
    Map<String, @Nullable Object> parameters = parameters(path.get(0));
    parameters.putAll(WITHOUT_STEPS);
    Map<String, Integer> counts = new HashMap<>();
    for (Stage stage : path.subList(1, path.size())) {
      parameters(stage)
          .forEach(
              (name, value) -> {
                int count = counts.merge(name, 1, Integer::sum);
                parameters.put(count == 1 ? name : name + "." + count, value);
              });
    }
    parameters.put("seed", seed);
    return parameters;
  }

  /**
   * A stage of a trial for people: {@code fine-tune resnet18 w=0.25 s=0.9 flat epoch 2-3}.
   *
   * @param before the states before it
   * @param start the epoch from which its training continues
   */
  String label(Stage stage, List<Reached> before, long seed, int start) {
    List<String> parts = new ArrayList<>();
    parts.add(stage.word());
    before.forEach(reached -> parts.add(brief(reached.stage())));
    boolean isTold = stage instanceof FineTune; // by its word and its epochs
    parts.add(isTold ? NamedOption.briefs(stage.varied()).strip() : brief(stage));
    if (stage.epochs() > 0) {
      parts.add("epoch " + epochs(start, stage.epochs()));
    }
    if (!oneSeed) {
      parts.add("seed " + seed);
    }
    return Stage.joined(" ", parts);
  }

  private static String slug(Stage stage) {
    return stage.slug() + NamedOption.slugs(stage.varied());
  }

  private static String brief(Stage stage) {
    return stage.brief() + NamedOption.briefs(stage.varied());
  }

  private static Map<String, @Nullable Object> parameters(Stage stage) {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>(stage.parameters());
    stage.varied().forEach(option -> parameters.put(option.parameter(), option.value()));
    return parameters;
  }

  private static String epochs(int start, int end) {
    return end - start == 1 ? "" + end : (start + 1) + "-" + end;
  }
}
