package dev.espalier.workers.stage;

import java.util.Locale;

/** What the gradient of a shared value is, of those of the weights that have it. */
public enum CentroidGradient {
  /** Their sum: the derivative of the loss by the shared value (arXiv 1510.00149). */
  SUM,
  /** Their mean: a value that many weights share is moved no faster than one of few. */
  MEAN;

  /** The word in configs and canonical texts. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
