package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.workers.facts.StageId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What trials were made by: the words of the steps after the start, and the pipelines that reach
 * them. Each sequence of words and each name stands once.
 */
final class TrialSteps {
  private final Map<StageId, String> words;
  private final Map<List<String>, Integer> sequences = new LinkedHashMap<>();
  private final Map<String, Integer> pipelines = new LinkedHashMap<>();

  TrialSteps(PlanFile plan) {
    this.words = plan.words();
  }

  void write(TrialResult trial, ObjectNode row) {
    List<String> steps =
        trial.path().stream().skip(1).map(id -> words.getOrDefault(id, "unknown")).toList();
    row.put("steps", place(sequences, steps));
    if (!trial.pipelines().isEmpty()) {
      ArrayNode names = row.putArray("pipelines");
      trial.pipelines().forEach(name -> names.add(place(pipelines, name)));
    }
  }

  void writeTo(ObjectNode data) {
    ArrayNode all = data.putArray("steps");
    for (List<String> sequence : sequences.keySet()) {
      sequence.forEach(all.addArray()::add);
    }
    ArrayNode names = data.putArray("pipelines");
    pipelines.keySet().forEach(names::add);
  }

  private static <T> int place(Map<T, Integer> places, T value) {
    return places.computeIfAbsent(value, added -> places.size());
  }
}
