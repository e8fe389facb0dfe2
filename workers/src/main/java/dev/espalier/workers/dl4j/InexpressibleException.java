package dev.espalier.workers.dl4j;

/**
 * Says what keeps a graph of Deeplearning4j from being a table, or a table from being such a graph.
 */
public final class InexpressibleException extends Exception {
  private static final long serialVersionUID = 1;

  /** Found at a layer, or a row of a table. */
  public InexpressibleException(String layer, String rule, Object found) {
    super("layer " + layer + ": " + rule + ", found " + found);
  }
}
