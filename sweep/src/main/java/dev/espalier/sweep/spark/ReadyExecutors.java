package dev.espalier.sweep.spark;

import dev.espalier.sweep.journal.RefusedException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The executors of a Spark cluster, of which one has shown that it can run stages.
 *
 * @param slots stages at a time
 */
record ReadyExecutors(JavaSparkContext spark, ClusterSlots slots) {
  /** Executors come one after another: when none has come for so long, the sweep begins. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

  /**
   * Waits for executors and tries one out; the connection is closed if that fails.
   *
   * @throws RefusedException if no executor comes up, or if its Spark is not of this version
   */
  static ReadyExecutors of(ClusterConnection connection) {
    SparkConf settings = connection.settings();
    SparkCluster cluster = connection.cluster();
    JavaSparkContext spark = connection.spark();
    boolean usable = false;
    try {
      awaitExecutors(spark, settings, cluster);
      requireSameSpark(spark, cluster);
      usable = true;
      return new ReadyExecutors(spark, ClusterSlots.of(spark, cluster.slots()));
    } finally {
      if (!usable) {
        connection.close();
      }
    }
  }

  private static void awaitExecutors(
      JavaSparkContext spark, SparkConf settings, SparkCluster cluster) {
    long start = System.nanoTime();
    long patience =
        TimeUnit.SECONDS.toNanos(settings.getTimeAsSeconds(SparkCluster.PATIENCE, "120s"));
    Integer slots = cluster.slots();
    int wanted =
        slots == null
            ? Integer.MAX_VALUE
            : -Math.floorDiv(-slots, SparkCluster.slotsOfAnExecutor(settings));
    int executors = 0;
    long changed = start;
    while (executors == 0 || (executors < wanted && System.nanoTime() - changed < SETTLED_NANOS)) {
      if (spark.sc().isStopped()) {
        throw cluster.refused("the cluster ended the connection");
      } else if (System.nanoTime() - start > patience) {
        throw new RefusedException(noExecutor(settings, cluster, patience));
      }
      sleep();
      int now = spark.sc().statusTracker().getExecutorInfos().length - 1; // without this driver
      if (now != executors) {
        executors = now;
        changed = System.nanoTime();
      }
    }
  }

  private static String noExecutor(SparkConf settings, SparkCluster cluster, long patience) {
    return "--master: %s gave no executor of %s cores and %s of memory within %d s; %s (--conf %s=10m waits longer, --conf %s=1 asks for smaller ones)"
        .formatted(
            cluster.master(),
            settings.get(SparkCluster.CORES),
            settings.get("spark.executor.memory"),
            TimeUnit.NANOSECONDS.toSeconds(patience),
            Kubernetes.isMaster(cluster.master())
                ? "kubectl describe pods says why"
                : "its web page shows what is free",
            SparkCluster.PATIENCE,
            SparkCluster.CORES);
  }

  /** Between two versions of Spark some messages are understood and others are not. */
  private static void requireSameSpark(JavaSparkContext spark, SparkCluster cluster) {
    String found;
    try {
      found =
          spark
              .parallelize(List.of(0), 1)
              .map(any -> org.apache.spark.package$.MODULE$.SPARK_VERSION())
              .first();
    } catch (Exception e) { // Spark throws exceptions that it does not declare.
      throw cluster.refused(
          "its executors cannot run what this driver sends: " + ClusterConnection.first(e));
    }
    if (!found.equals(spark.version())) {
      throw cluster.refused("found Spark " + found);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while the Spark cluster started");
    }
  }
}
