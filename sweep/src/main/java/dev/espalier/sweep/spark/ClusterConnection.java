package dev.espalier.sweep.spark;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.workers.checkpoint.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The connection of this driver to a Spark cluster: the cluster has taken it, and starts executors.
 *
 * @param settings of the driver
 */
public record ClusterConnection(SparkCluster cluster, SparkConf settings, JavaSparkContext spark)
    implements AutoCloseable {
  private static final Pattern STANDALONE = Pattern.compile("([^/,:]+|\\[[^]]+]):(\\d+)");
  private static final int CONNECT_MILLIS = 5_000;

  /**
   * Makes sure that a cluster can be connected to, as far as that is known beforehand: Spark itself
   * would try for minutes and then say something else.
   *
   * @param conf settings by a person
   * @throws RefusedException if nobody answers there, or if something is missing here
   */
  public static void requireAnswer(String master, Map<String, String> conf) {
    requireAddress(System.getenv());
    SparkConf settings = new SparkConf();
    conf.forEach(settings::set);
    if (master.startsWith("spark://")) {
      requireStandalone(master);
    } else if (master.equals(SparkCluster.YARN) && !ApplicationMaster.isHere()) {
      Yarn.requireAnswer(settings, System.getenv());
    } else if (Kubernetes.isMaster(master)) {
      Kubernetes.requireForDriver(master, settings);
    }
  }

  /**
   * Connects to {@code cluster}.
   *
   * @throws RefusedException if it does not take this driver
   */
  public static ClusterConnection to(SparkCluster cluster) {
    SparkConf settings = cluster.settings();
    try {
      return new ClusterConnection(cluster, settings, new JavaSparkContext(settings));
    } catch (Exception e) { // Spark throws exceptions that it does not declare.
      throw Kubernetes.isMaster(cluster.master())
          ? Kubernetes.refused(cluster.master(), e)
          : cluster.refused("found none that took this driver: " + first(e));
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

  private static void requireStandalone(String master) {
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

  /** The first line of its message: Spark's go on with stack traces of executors. */
  static String first(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  @Override
  public void close() {
    spark.close();
  }
}
