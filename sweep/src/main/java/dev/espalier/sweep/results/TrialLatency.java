package dev.espalier.sweep.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.Metrics;

/**
 * The latency of a trial's network, a line of {@code latency.jsonl}. It depends on the machine and
 * is therefore kept apart from the results, which do not.
 *
 * @param trial its id
 * @param metrics {@code latency/*}, in seconds
 * @param predictions that were timed, one image each, on one thread
 * @param machine for people
 */
public record TrialLatency(
    String trial,
    String name,
    Metrics metrics,
    int predictions,
    Environment environment,
    String machine) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether the two may be compared. */
  boolean comparesWith(TrialLatency other) {
    return machine.equals(other.machine) && environment.equals(other.environment);
  }

  /** Where it was measured, for people. */
  String place() {
    return machine + ", " + environment.describe() + ", Java " + environment.jdk();
  }

  /** One line without its line break. */
  String write() {
    ObjectNode node = JSON.createObjectNode();
    node.put("trial", trial);
    node.put("name", name);
    node.set("metrics", ResultJson.writeMetrics(metrics));
    node.put("predictions", predictions);
    node.put("threads", 1);
    node.put("machine", machine);
    node.put("engine", environment.engine());
    node.put("instruction_set", environment.instructionSet());
    node.put("natives", environment.natives());
    node.put("jdk", environment.jdk());
    return node.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if {@code line} is not such a line
   */
  static TrialLatency read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return new TrialLatency(
          node.required("trial").asText(),
          node.required("name").asText(),
          ResultJson.readMetrics(node.required("metrics")),
          node.required("predictions").asInt(),
          new Environment(
              node.required("engine").asText(),
              node.required("instruction_set").asText(),
              node.required("natives").asText(),
              node.required("jdk").asText()),
          node.required("machine").asText());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
