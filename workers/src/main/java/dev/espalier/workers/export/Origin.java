package dev.espalier.workers.export;

import dev.espalier.workers.facts.StageResult;
import java.util.List;

/**
 * Where an exported network comes from.
 *
 * @param sweep its name
 * @param trial its name
 * @param path what was done to the network, one line a stage, first to last
 * @param result of the last stage
 * @param choice why this trial, in lines for people
 * @param spec the config of the sweep as resolved, YAML
 */
public record Origin(
    String sweep,
    String trial,
    List<String> path,
    StageResult.Done result,
    List<String> choice,
    String spec) {
  public Origin {
    path = List.copyOf(path);
    choice = List.copyOf(choice);
  }
}
