package dev.espalier.sweep.spark;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.workers.storage.FileTrouble;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.HAUtil;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** What a driver outside of YARN needs to use it. */
final class Yarn {
  private static final String MODULE = "org.apache.spark.scheduler.cluster.YarnClusterManager";
  private static final int PATIENCE_SECONDS = 10;

  private Yarn() {}

  /**
   * Makes sure that a ResourceManager answers: Spark itself would ask for a quarter of an hour.
   *
   * @throws RefusedException saying what is missing
   */
  static void requireAnswer(SparkConf settings, Map<String, String> environment) {
    requireModule();
    String folders =
        Stream.of("HADOOP_CONF_DIR", "YARN_CONF_DIR")
            .filter(environment::containsKey)
            .map(name -> name + "=" + environment.get(name))
            .collect(Collectors.joining(", "));
    if (folders.isEmpty()) {
      throw new RefusedException(
          "--master: yarn needs HADOOP_CONF_DIR or YARN_CONF_DIR, found neither; set one to the folder that holds the cluster's yarn-site.xml and core-site.xml");
    }
    Configuration impatient = impatient(settings);
    FutureTask<Integer> answer = new FutureTask<>(() -> nodes(impatient));
    Thread asking = new Thread(answer, "espalier-yarn");
    asking.setDaemon(true);
    asking.start();
    try {
      answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw unanswered(
          impatient, folders, FileTrouble.reason(e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      throw unanswered(impatient, folders, "no answer within " + PATIENCE_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while asking YARN");
    }
  }

  private static RefusedException unanswered(Configuration asked, String folders, String reason) {
    return new RefusedException(
        "--master: yarn must have a ResourceManager that answers, found none at %s, which is what %s says: %s"
            .formatted(addresses(asked), folders, reason));
  }

  /** Those of all ResourceManagers where there are several. */
  private static String addresses(Configuration settings) {
    return HAUtil.isHAEnabled(settings)
        ? HAUtil.getRMHAIds(settings).stream()
            .map(id -> settings.get(HAUtil.addSuffix(YarnConfiguration.RM_ADDRESS, id), id))
            .collect(Collectors.joining(", "))
        : settings.get(YarnConfiguration.RM_ADDRESS, YarnConfiguration.DEFAULT_RM_ADDRESS);
  }

  private static void requireModule() {
    try {
      var unused = Class.forName(MODULE);
    } catch (ClassNotFoundException e) {
      throw new RefusedException(
          "--master: yarn needs Spark's module for YARN, found no %s on the class path; spark/jars of the distribution holds it as spark-yarn_2.13-%s.jar"
              .formatted(MODULE, org.apache.spark.package$.MODULE$.SPARK_VERSION()));
    }
  }

  /** The settings of the cluster, with a few short tries. */
  private static Configuration impatient(SparkConf settings) {
    Configuration impatient =
        new YarnConfiguration(SparkHadoopUtil.get().newConfiguration(settings));
    impatient.setInt(YarnConfiguration.RESOURCEMANAGER_CONNECT_MAX_WAIT_MS, 0);
    impatient.setInt(YarnConfiguration.CLIENT_FAILOVER_MAX_ATTEMPTS, 4);
    impatient.setInt(YarnConfiguration.CLIENT_FAILOVER_SLEEPTIME_BASE_MS, 100);
    impatient.setInt(YarnConfiguration.CLIENT_FAILOVER_SLEEPTIME_MAX_MS, 500);
    impatient.setInt("ipc.client.connect.max.retries", 1);
    impatient.setInt("ipc.client.connect.max.retries.on.timeouts", 0);
    impatient.setInt("ipc.client.connect.timeout", 5_000);
    return impatient;
  }

  private static int nodes(Configuration settings) throws IOException, YarnException {
    try (YarnClient yarn = YarnClient.createYarnClient()) {
      yarn.init(settings);
      yarn.start();
      return yarn.getYarnClusterMetrics().getNumNodeManagers();
    }
  }
}
