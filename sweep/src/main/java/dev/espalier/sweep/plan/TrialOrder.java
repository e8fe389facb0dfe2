package dev.espalier.sweep.plan;

import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.PlannedStage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An order of trials that makes the front useful early: first those at an end or the middle of each
 * axis, then those between, each with corners first; further seeds after the whole first seed, and
 * controls last.
 */
public final class TrialOrder {
  private static final String SEED = "seed";

  private final Map<String, Map<String, Map<@Nullable Object, Integer>>> levels = new HashMap<>();

  private TrialOrder(List<Trial> trials) {
    Map<String, Map<String, Set<@Nullable Object>>> values = new LinkedHashMap<>();
    for (Trial trial : trials.stream().filter(each -> each.control() == null).toList()) {
      trial
          .parameters()
          .forEach(
              (parameter, value) ->
                  values
                      .computeIfAbsent(pipeline(trial), name -> new LinkedHashMap<>())
                      .computeIfAbsent(parameter, name -> new LinkedHashSet<>())
                      .add(value));
    }
    values.forEach(
        (pipeline, parameters) -> {
          Map<String, Map<@Nullable Object, Integer>> ofPipeline = new HashMap<>();
          parameters.forEach((name, all) -> ofPipeline.put(name, AxisLevels.of(all)));
          levels.put(pipeline, ofPipeline);
        });
  }

  /**
   * The ranks of stages: that of a stage is the least rank of a trial that needs it.
   *
   * @return a rank, from 0 on, for each stage that a trial needs
   */
  public static Map<StageId, Integer> ofStages(Plan plan) {
    List<Trial> trials = of(plan);
    Map<StageId, Integer> ranks = new HashMap<>();
    for (int i = 0; i < trials.size(); i++) {
      ranks.merge(trials.get(i).id(), i, Math::min);
    }
    List<PlannedStage> stages = plan.stages();
    for (int i = stages.size() - 1; i >= 0; i--) {
      PlannedStage stage = stages.get(i);
      Integer rank = ranks.get(stage.id());
      if (rank != null) {
        pass(ranks, stage.parent(), rank);
        pass(ranks, stage.from(), rank);
      }
    }
    return ranks;
  }

  private static void pass(Map<StageId, Integer> ranks, @Nullable StageId to, int rank) {
    if (to != null) {
      ranks.merge(to, rank, Math::min);
    }
  }

  /** The sort key of a trial; the least comes first. */
  private record Rank(Trial trial, boolean isControl, int seed, int level, int levels) {}

  /** The trials of a plan in this order. */
  static List<Trial> of(Plan plan) {
    TrialOrder order = new TrialOrder(plan.trials());
    Map<@Nullable Object, Integer> seeds = new HashMap<>();
    List<Rank> ranks = new ArrayList<>();
    for (Trial trial : plan.trials()) {
      Object seed = trial.parameters().get(SEED);
      seeds.putIfAbsent(seed, seeds.size());
      ranks.add(order.rank(trial, seeds.getOrDefault(seed, 0)));
    }
    return ranks.stream()
        .sorted(
            Comparator.comparing(Rank::isControl)
                .thenComparingInt(Rank::seed)
                .thenComparingInt(Rank::level)
                .thenComparingInt(Rank::levels))
        .map(Rank::trial)
        .toList();
  }

  private Rank rank(Trial trial, int seed) {
    List<Integer> levels = levels(trial);
    int highest = levels.stream().mapToInt(Integer::intValue).max().orElse(0);
    int sum = levels.stream().mapToInt(Integer::intValue).sum();
    return new Rank(
        trial, trial.control() != null, seed, Math.max(AxisLevels.MIDDLE, highest), sum);
  }

  private static String pipeline(Trial trial) {
    return trial.pipelines().isEmpty() ? "" : trial.pipelines().get(0);
  }

  private List<Integer> levels(Trial trial) {
    Map<String, Map<@Nullable Object, Integer>> ofPipeline =
        levels.getOrDefault(pipeline(trial), Map.of());
    List<Integer> all = new ArrayList<>();
    trial
        .parameters()
        .forEach(
            (name, value) -> {
              if (!name.equals(SEED)) {
                all.add(ofPipeline.getOrDefault(name, Map.of()).getOrDefault(value, 0));
              }
            });
    return all;
  }
}
