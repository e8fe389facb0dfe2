package dev.espalier.sweep.spark;

import dev.espalier.sweep.journal.RefusedException;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.deploy.SparkSubmitArguments;
import scala.Option;

/** {@code spark-submit}, with the checks that Spark lacks for Kubernetes. */
public final class Submission {
  private Submission() {}

  /**
   * Submits a driver to a cluster.
   *
   * @param args of {@code spark-submit}
   * @throws RefusedException if the API server of Kubernetes is away or refuses
   */
  public static void submit(String[] args) {
    SparkSubmit spark = new SparkSubmit();
    SparkSubmitArguments parsed = spark.parseArguments(args);
    if (!Kubernetes.isMaster(parsed.master())) {
      spark.doSubmit(args);
      return;
    }
    Kubernetes.requireForSubmission(parsed.master(), parsed.toSparkConf(Option.empty()));
    try {
      spark.doSubmit(args);
    } catch (Exception e) { // Spark throws exceptions that it does not declare.
      throw Kubernetes.refused(parsed.master(), e);
    }
  }
}
