package dev.espalier.workers.facts;

/** Where the centroids of a layer start, before Lloyd's iteration moves them. */
public enum CentroidInit {
  /** The least squared error; Lloyd's iteration finds nothing to move. */
  OPTIMAL("optimal", "those of least squared error"),
  /** Evenly spaced, so that the few large weights have centroids too (arXiv 1510.00149). */
  LINEAR("linear", "evenly spaced from the least to the greatest non-zero weight"),
  /** At quantiles, so that each has about as many weights. */
  DENSITY("density", "quantiles of the non-zero weights, evenly spaced from 0.01 to 1"),
  /** Uniform draws. */
  RANDOM("random", "drawn uniformly between the least and the greatest non-zero weight"),
  /** Draws among the weights (Arthur and Vassilvitskii, SODA 2007). */
  KMEANS_PLUS_PLUS(
      "kmeans++",
      "weights drawn with a probability proportional to their squared distance from those already drawn");

  private final String word;
  private final String meaning;

  CentroidInit(String word, String meaning) {
    this.word = word;
    this.meaning = meaning;
  }

  /** The word in configs and canonical texts. */
  public String word() {
    return word;
  }

  /** What the centroids are at first: a phrase. */
  public String meaning() {
    return meaning;
  }
}
