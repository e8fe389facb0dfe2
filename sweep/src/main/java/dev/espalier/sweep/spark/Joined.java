package dev.espalier.sweep.spark;

import dev.espalier.sweep.run.RefusedException;
import dev.espalier.workers.checkpoint.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A Spark cluster that was joined and has shown that it can run stages.
 *
 * @param slots stages at a time
 */
record Joined(JavaSparkContext spark, ClusterSlots slots) {
  private static final Pattern STANDALONE = Pattern.compile("([^/,:]+|\\[[^]]+]):(\\d+)");
  private static final int CONNECT_MILLIS = 5_000;

  /** Executors come one after another: when none has come for so long, the sweep begins. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

  /**
   * Joins {@code cluster} and tries it out.
   *
   * @throws RefusedException if its Spark is not of this version, or if no executor comes up
   */
  static Joined to(SparkCluster cluster) {
    SparkConf settings = SparkExecutor.same(cluster.settings());
    JavaSparkContext spark = context(settings, cluster.master());
    boolean usable = false;
    try {
      awaitExecutors(spark, settings, cluster);
      requireSameSpark(spark, cluster.master());
      usable = true;
      return new Joined(spark, ClusterSlots.of(spark, cluster.slots()));
    } finally {
      if (!usable) {
        spark.close();
      }
    }
  }

  /**
   * Makes sure that a master can be asked, before anything else is looked at.
   *
   * @throws RefusedException if this machine has no address, or no master answers
   */
  static void check(String master, SparkConf settings) {
    requireAddress(System.getenv());
    if (Kubernetes.isMaster(master)) {
      Kubernetes.requireForDriver(master, settings);
    } else if (master.startsWith("spark://")) {
      requireAnswer(master);
    }
  }

  /** Without an address of its own, the driver cannot say to executors where it is. */
  static void requireAddress(Map<String, String> environment) {
    if (environment.containsKey("SPARK_LOCAL_IP")
        || environment.containsKey("SPARK_LOCAL_HOSTNAME")) {
      return;
    }
    try {
      var unused = InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      throw new RefusedException(
          "--master: the host name of this machine must resolve to an address, found none for %s; add the name to /etc/hosts, or set SPARK_LOCAL_IP to the address at which the cluster reaches this machine"
              .formatted(HostName.get()));
    }
  }

  /** Spark itself would try for a minute and then say something else. */
  private static void requireAnswer(String master) {
    List<String> problems = new ArrayList<>();
    Matcher addresses = STANDALONE.matcher(master.substring("spark://".length()));
    while (addresses.find()) {
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(addresses.group(1), Integer.parseInt(addresses.group(2))),
            CONNECT_MILLIS);
        return;
      } catch (IOException | IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    throw new RefusedException(
        "--master: must be a Spark master that answers, found %s: %s"
            .formatted(master, String.join("; ", problems)));
  }

  private static JavaSparkContext context(SparkConf settings, String master) {
    try {
      return new JavaSparkContext(settings);
    } catch (Exception e) { // Spark throws exceptions that it does not declare.
      throw Kubernetes.isMaster(master)
          ? Kubernetes.refused(master, e)
          : refused(master, "found none that took this driver: " + first(e));
    }
  }

  private static void awaitExecutors(
      JavaSparkContext spark, SparkConf settings, SparkCluster cluster) {
    long start = System.nanoTime();
    long patience =
        TimeUnit.SECONDS.toNanos(settings.getTimeAsSeconds(SparkCluster.PATIENCE, "120s"));
    Integer slots = cluster.slots();
    int wanted = slots == null ? Integer.MAX_VALUE : slots;
    int executors = 0;
    long changed = start;
    while (executors == 0 || (executors < wanted && System.nanoTime() - changed < SETTLED_NANOS)) {
      if (spark.sc().isStopped()) {
        throw refused(cluster.master(), "the cluster ended the connection");
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
                ? "kubectl describe pods tells why"
                : "its web page tells what is free",
            SparkCluster.PATIENCE,
            SparkCluster.CORES);
  }

  /** Between two versions of Spark some messages are understood and others are not. */
  private static void requireSameSpark(JavaSparkContext spark, String master) {
    String found;
    try {
      found =
          spark
              .parallelize(List.of(0), 1)
              .map(any -> org.apache.spark.package$.MODULE$.SPARK_VERSION())
              .first();
    } catch (Exception e) { // Spark throws exceptions that it does not declare.
      throw refused(master, "its executors cannot run what this driver sends: " + first(e));
    }
    if (!found.equals(spark.version())) {
      throw refused(master, "found Spark " + found);
    }
  }

  private static RefusedException refused(String master, String found) {
    return new RefusedException(
        "--master: %s must run Spark %s, as this driver does, and share its spark.authenticate.secret, if it has one; %s"
            .formatted(master, org.apache.spark.package$.MODULE$.SPARK_VERSION(), found));
  }

  private static String first(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
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
