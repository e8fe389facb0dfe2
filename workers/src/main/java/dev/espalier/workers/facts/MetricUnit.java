package dev.espalier.workers.facts;

/** The unit of a metric, which decides how its values are written. */
public enum MetricUnit {
  /** An accuracy, in [0, 1]. */
  FRACTION_OF_IMAGES("fraction of images"),
  /** A sparsity, in [0, 1]. */
  FRACTION_OF_WEIGHTS("fraction of weights"),
  /** A cross-entropy. */
  NATS("nats"),
  /** Things that are counted one by one, exact up to 2^53. */
  COUNT("count"),
  BYTES("bytes"),
  SECONDS("seconds"),
  /** Any other number. */
  NUMBER("number");

  private final String word;

  MetricUnit(String word) {
    this.word = word;
  }

  /** The unit in words, as in tables, labels and the data of the report. */
  public String word() {
    return word;
  }

  /** Whether values lie in [0, 1], so that 0 is the least of a metric to be maximized. */
  public boolean isFraction() {
    return this == FRACTION_OF_IMAGES || this == FRACTION_OF_WEIGHTS;
  }
}
