package dev.espalier.sweep.spark;

import dev.espalier.sweep.run.RefusedException;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.deploy.SparkSubmitArguments;
import scala.Option;

/**
 * {@code spark-submit} as {@code deploy/submit.sh} calls it: where the API server of Kubernetes is
 * away or refuses, a line says so and the exit code is 2.
 */
public final class Submission {
  private static final int USAGE = 2;

  private Submission() {}

  /** Takes the arguments of {@code spark-submit}. */
  public static void main(String[] args) {
    SparkSubmit spark = new SparkSubmit();
    SparkSubmitArguments parsed = spark.parseArguments(args);
    if (!Kubernetes.isMaster(parsed.master())) {
      spark.doSubmit(args);
      return;
    }
    try {
      Kubernetes.requireForSubmission(parsed.master(), parsed.toSparkConf(Option.empty()));
      submit(spark, args, parsed.master());
    } catch (RefusedException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE);
    }
  }

  private static void submit(SparkSubmit spark, String[] args, String master) {
    try {
      spark.doSubmit(args);
    } catch (Exception e) { // Spark throws exceptions that it does not declare.
      throw Kubernetes.refused(master, e);
    }
  }
}
