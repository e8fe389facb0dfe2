package dev.espalier.sweep.spec;

import dev.espalier.workers.facts.Recipe;

/** Where the dense network comes from. */
public sealed interface Baseline {

  /** It is trained here. */
  record Train(Recipe recipe, int epochs) implements Baseline {}

  /**
   * It is the user's own.
   *
   * @param path of a file with a Deeplearning4j ComputationGraph
   */
  record From(String path, BaselineInput input) implements Baseline {}
}
