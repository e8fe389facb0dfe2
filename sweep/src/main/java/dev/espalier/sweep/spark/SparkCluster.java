package dev.espalier.sweep.spark;

import dev.espalier.sweep.journal.RefusedException;
import java.io.File;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * A Spark cluster and how a sweep uses it: each stage runs on one thread, whatever the shape of the
 * cluster, so that results do not change with it. Where executors are made to measure, a few stages
 * share one, and so its Java, its natives and its data set; a stage that takes its process down
 * costs its neighbours a second start and nothing else.
 *
 * @param master address, such as {@code spark://host:7077}
 * @param slots stages at a time; null for as many as the cluster has executors for
 * @param nativeBytes that a stage has at most beside the heap of Java
 * @param jars what executors need besides Spark, sent to them unless {@code conf} says where they
 *     have it
 * @param conf Spark's own settings by a person; they win over those that are derived, unless
 *     results would not be the same
 */
public record SparkCluster(
    String master,
    @Nullable Integer slots,
    long nativeBytes,
    List<File> jars,
    Map<String, String> conf) {

  static final String YARN = "yarn";

  static final String CPUS = "spark.task.cpus";
  static final String CORES = "spark.executor.cores";

  /** The time to wait for the first executor. */
  static final String PATIENCE = "spark.scheduler.maxRegisteredResourcesWaitingTime";

  private static final String CLASS_PATH = "spark.executor.extraClassPath";
  private static final long MEBIBYTE = 1 << 20;

  /** So many stages share an executor at most: more save little, and are lost together. */
  private static final int NEIGHBOURS = 4;

  /** The memory that an executor gets almost everywhere: the most that YARN grants by default. */
  private static final long CONTAINER_BYTES = 8L << 30;

  /** Room for what the figure leaves out. */
  private static final double MARGIN = 1.3;

  public SparkCluster {
    jars = List.copyOf(jars);
    conf = Map.copyOf(conf);
  }

  /** Adds the settings that are the same wherever stages run, in this process too. */
  static SparkConf everywhere(SparkConf settings) {
    return settings
        .set("spark.ui.showConsoleProgress", "false")
        .set("spark.serializer", "org.apache.spark.serializer.JavaSerializer")
        // Two copies of a stage would only take a slot from another.
        .set("spark.speculation", "false");
  }

  /** The settings for its driver. */
  SparkConf settings() {
    SparkConf settings = new SparkConf();
    conf.forEach(settings::set);
    settings.setMaster(master).setIfMissing("spark.app.name", "espalier");
    secret(settings);
    threads(settings);
    executors(settings);
    if (isYarn() && !ApplicationMaster.isHere()) {
      yarn(settings);
    }
    settings
        .setIfMissing(PATIENCE, "120s")
        // A lost executor is worth a second try, which SparkExecutor makes in one without
        // neighbours.
        .setIfMissing("spark.task.maxFailures", "1")
        // A stage that crashes is given up by itself; YARN and Kubernetes would give up the sweep.
        .setIfMissing("spark.executor.maxNumFailures", "10000")
        // A stage that was told to stop and hangs in native code would keep its executor for good.
        .setIfMissing("spark.task.reaper.enabled", "true")
        .setIfMissing("spark.task.reaper.killTimeout", "20s")
        .setIfMissing("spark.task.reaper.pollingInterval", "5s")
        // Results are hundreds of bytes: kept for as long as anybody looks at the page.
        .setIfMissing("spark.ui.retainedJobs", "200")
        .setIfMissing("spark.ui.retainedStages", "200")
        .setIfMissing("spark.ui.retainedTasks", "2000");
    return everywhere(settings);
  }

  /**
   * A driver that a worker starts gets its secret by the environment, where nobody else sees it;
   * Spark looks for it in the settings all the same.
   */
  private static void secret(SparkConf settings) {
    String secret = System.getenv("_SPARK_AUTH_SECRET");
    if (secret != null) {
      settings.setIfMissing("spark.authenticate.secret", secret);
    }
  }

  /** One thread for a stage. */
  private void threads(SparkConf settings) {
    settings.setIfMissing(CPUS, "1");
    settings.setIfMissing(CORES, Integer.toString(neighbours() * settings.getInt(CPUS, 1)));
    // Spark would set it to the number of cores.
    settings.setExecutorEnv("OMP_NUM_THREADS", "1");
    if (slots != null) {
      int executors = -Math.floorDiv(-slots, slotsOfAnExecutor(settings));
      settings.setIfMissing(
          "spark.cores.max", Integer.toString(executors * settings.getInt(CORES, 1)));
      settings.setIfMissing("spark.executor.instances", Integer.toString(executors));
    }
  }

  private void executors(SparkConf settings) {
    int stages = slotsOfAnExecutor(settings);
    settings
        .setIfMissing("spark.executor.memory", heapBytes(stages) / MEBIBYTE + "m")
        .setIfMissing("spark.executor.memoryOverhead", overheadBytes(stages) / MEBIBYTE + 1 + "m")
        .setIfMissing(
            "spark.executor.defaultJavaOptions",
            "-XX:+UseSerialGC -Dfile.encoding=UTF-8 -Djava.awt.headless=true"
                // JavaCPP must not count Java's own memory as its leak, nor stop at the heap's
                // size.
                + " -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.bytedeco.javacpp.maxbytes=0"
                // In the executor's own folder: processes that unpack into one disturb each other.
                + " -Dorg.bytedeco.javacpp.cachedir=javacpp");
    // Java writes file names in the encoding of the locale, which is ASCII where a worker has none.
    if (!settings.contains("spark.executorEnv.LC_ALL")) {
      settings.setExecutorEnv("LC_ALL", "C.UTF-8");
    }
    // Threads come and go; with an arena for each, freed memory would stay with the process.
    if (!settings.contains("spark.executorEnv.MALLOC_ARENA_MAX")) {
      settings.setExecutorEnv("MALLOC_ARENA_MAX", "2");
    }
    if (!jars.isEmpty() && !settings.contains(CLASS_PATH)) {
      String sent =
          jars.stream().map(jar -> jar.toURI().toString()).collect(Collectors.joining(","));
      // YARN copies them once to each machine, from HDFS instead of from this driver.
      String key = isYarn() ? "spark.yarn.dist.jars" : "spark.jars";
      String given = settings.get(key, "");
      settings.set(key, given.isEmpty() ? sent : given + "," + sent);
    }
  }

  /** Workers of a standalone cluster may have a single core each; elsewhere executors are made. */
  private int neighbours() {
    int most = slots == null ? NEIGHBOURS : Math.min(slots, NEIGHBOURS);
    int stages = master.startsWith("spark://") ? 1 : most;
    while (stages > 1 && heapBytes(stages) + overheadBytes(stages) > CONTAINER_BYTES) {
      stages--;
    }
    return stages;
  }

  /** The data set once, and what each stage holds in Java. */
  private static long heapBytes(int stages) {
    return (768 + 256L * stages) * MEBIBYTE;
  }

  private long overheadBytes(int stages) {
    return (long) (MARGIN * nativeBytes * stages);
  }

  /** The settings for YARN before it starts an application. */
  private static void yarn(SparkConf settings) {
    if (!settings.contains("spark.yarn.archive") && !settings.contains("spark.yarn.jars")) {
      CodeSource spark = SparkConf.class.getProtectionDomain().getCodeSource();
      settings.set("spark.yarn.jars", spark.getLocation().toString().replaceAll("[^/]*$", "*"));
    }
  }

  private boolean isYarn() {
    return master.equals(YARN);
  }

  /** The error that the cluster cannot be used, as {@code found} says. */
  RefusedException refused(String found) {
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    String rule =
        isYarn()
            ? "must start Spark %s for this driver"
            : "must run Spark %s, as this driver does, and share its spark.authenticate.secret, if it has one";
    return new RefusedException(
        "--master: %s %s; %s".formatted(master, rule.formatted(version), found));
  }

  static int slotsOfAnExecutor(SparkConf settings) {
    return Math.max(1, settings.getInt(CORES, 1) / settings.getInt(CPUS, 1));
  }
}
