package dev.espalier.workers.stage;

import java.util.Locale;

/** How the gradient of a shared value follows from the gradients of its weights. */
public enum CentroidGradient {
  /** Their sum: the derivative of the loss by the shared value (arXiv 1510.00149). */
  SUM,
  /** Their mean: a value shared by many weights moves no faster than one shared by few. */
  MEAN;

  /** The word in configs and canonical texts. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
