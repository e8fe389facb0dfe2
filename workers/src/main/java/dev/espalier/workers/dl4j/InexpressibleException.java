package dev.espalier.workers.dl4j;

/** Says what keeps a user's graph from being one of our tables. */
public final class InexpressibleException extends Exception {
  private static final long serialVersionUID = 1;

  InexpressibleException(String layer, String rule, Object found) {
    super("layer " + layer + ": " + rule + ", found " + found);
  }
}
