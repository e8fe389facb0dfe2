package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.spark.Submission;

/** What {@code deploy/submit.sh} calls: submits a driver, and says in a line why it cannot be. */
public final class Submit {
  private Submit() {}

  /** Takes the arguments of {@code spark-submit}. */
  public static void main(String[] args) {
    try {
      Submission.submit(args);
    } catch (RefusedException e) {
      System.err.println(e.getMessage());
      System.exit(Main.USAGE);
    }
  }
}
