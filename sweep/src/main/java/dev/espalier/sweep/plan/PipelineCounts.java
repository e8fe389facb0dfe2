package dev.espalier.sweep.plan;

import dev.espalier.workers.facts.StageId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of one pipeline in a plan, without controls.
 *
 * @param trials those that it reaches
 * @param stages on the paths of its trials
 * @param shared those of them that are on paths of other pipelines too
 * @param epochs that its stages train, each state once
 * @param depths its stages by their place on the path and their word, in the order of the path
 */
public record PipelineCounts(
    String name, int trials, int stages, int shared, long epochs, List<Depth> depths) {

  /**
   * The stages of one word at one place of a path.
   *
   * @param word such as {@code prune}
   */
  public record Depth(String word, int stages) {}

  public PipelineCounts {
    depths = List.copyOf(depths);
  }

  /** The pipelines of a plan, in the order of the config; none for a grid. */
  public static List<PipelineCounts> of(Plan plan) {
    Map<String, List<Trial>> trials = new LinkedHashMap<>();
    Map<StageId, Set<String>> users = new HashMap<>();
    for (Trial trial : plan.trials().stream().filter(t -> t.control() == null).toList()) {
      for (String name : trial.pipelines()) {
        trials.computeIfAbsent(name, any -> new ArrayList<>()).add(trial);
        trial
            .path()
            .forEach(id -> users.computeIfAbsent(id, any -> new LinkedHashSet<>()).add(name));
      }
    }
    List<PipelineCounts> counts = new ArrayList<>();
    trials.forEach((name, of) -> counts.add(of(plan, name, of, users)));
    return List.copyOf(counts);
  }

  private static PipelineCounts of(
      Plan plan, String name, List<Trial> trials, Map<StageId, Set<String>> users) {
    Map<StageId, Integer> places = new LinkedHashMap<>();
    for (Trial trial : trials) {
      for (int i = 0; i < trial.path().size(); i++) {
        places.putIfAbsent(trial.path().get(i), i);
      }
    }
    Map<Integer, Map<String, Integer>> byPlace = new LinkedHashMap<>();
    places.forEach(
        (id, place) ->
            byPlace
                .computeIfAbsent(place, any -> new LinkedHashMap<>())
                .merge(plan.stage(id).stage().word(), 1, Integer::sum));
    List<Depth> depths = new ArrayList<>();
    byPlace.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(place -> place.getValue().forEach((word, n) -> depths.add(new Depth(word, n))));
    return new PipelineCounts(
        name,
        trials.size(),
        places.size(),
        (int)
            places.keySet().stream()
                .filter(id -> users.getOrDefault(id, Set.of()).size() > 1)
                .count(),
        places.keySet().stream().mapToLong(id -> plan.ownEpochs(plan.stage(id))).sum(),
        depths);
  }
}
