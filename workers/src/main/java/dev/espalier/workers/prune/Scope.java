package dev.espalier.workers.prune;

/** What one ranking of weights by magnitude spans. */
public enum Scope {
  /** One ranking over all prunable weights of the network. */
  FLAT,
  /** The same sparsity in every layer. */
  LAYERWISE;

  /** The word in configs, journals and MLflow. */
  public String word() {
    return this == FLAT ? "flat" : "layerwise";
  }
}
