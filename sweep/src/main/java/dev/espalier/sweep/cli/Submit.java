package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.spark.Submission;

/**
 * The program behind {@code deploy/submit.sh}: submits a driver, or prints in one line why it
 * cannot.
 */
public final class Submit {
  private Submit() {}

  /** Accepts the arguments of {@code spark-submit}. */
  public static void main(String[] args) {
    try {
      Submission.submit(args);
    } catch (RefusedException e) {
      System.err.println(e.getMessage());
      System.exit(Main.USAGE);
    }
  }
}
