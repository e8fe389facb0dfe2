package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.sweep.spark.ApplicationMaster;
import dev.espalier.sweep.spark.ClusterConnection;
import dev.espalier.sweep.spark.SparkCluster;
import dev.espalier.sweep.spark.SparkExecutor;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.StageRunner;
import dev.espalier.workers.storage.FileTrouble;
import dev.espalier.workers.storage.HadoopSettings;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options for the place of a sweep, where it runs and how many stages run at a time; shared by
 * {@code plan} and {@code run}.
 */
final class ExecutionOptions {
  private static final String MASTERS = "local|yarn|spark://[^/]+:\\d+(,[^/]+:\\d+)*|k8s://.+";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The folder of the sweep (default: runs/NAME), or an address that several machines can reach: hdfs://host:port/folder, s3a://bucket/folder, file:/folder.")
  private @Nullable String out;

  @Option(
      names = "--store",
      paramLabel = "URI",
      description =
          "Where to store checkpoints: a folder, or hdfs://host:port/folder, s3a://bucket/folder; several sweeps may share it (default: the folder of the sweep).")
  private @Nullable String store;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "A Spark master, such as spark://host:7077 (default: Spark in this process).")
  private @Nullable String master;

  @Mixin private Slots slots = new Slots();

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description =
          "A Spark setting for --master, such as spark.executor.memory=2g; spark.hadoop.* configure the clients of file systems, even without --master.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--properties-file",
      paramLabel = "FILE",
      description = "A file of --conf settings, as for spark-submit; use it for secrets.")
  private @Nullable Path properties;

  /** The Spark settings from both options, after they are checked. */
  private Map<String, String> settings = Map.of();

  /** The folder of the sweep, or its address. */
  RunDirectory out(SweepSpec spec) {
    return out == null ? new RunDirectory(Path.of("runs", spec.name())) : RunDirectory.at(out);
  }

  /** The requested store; null if none was requested. */
  @Nullable Storage store() throws UsageException {
    try {
      return store == null ? null : Storages.at(store);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--store: " + e.getMessage());
    }
  }

  /**
   * Checks the options.
   *
   * @throws UsageException that names the wrong one
   */
  void check() throws UsageException {
    slots.check();
    if (master != null && !master.matches(MASTERS)) {
      throw new UsageException(
          "--master: must be spark://HOST:PORT, yarn, k8s://URL or local, found " + master);
    }
    store();
    try {
      Storages.at(out == null ? "" : out);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--out: " + e.getMessage());
    }
    settings = sparkSettings();
    for (String key : settings.keySet()) {
      if (!key.startsWith("spark.")) {
        throw new UsageException("--conf: a setting of Spark must start with spark., found " + key);
      } else if (isLocal() && !key.startsWith(HadoopSettings.PREFIX)) {
        throw new UsageException(
            "--conf, --properties-file: without a --master must be settings spark.hadoop.* for file systems, found "
                + key);
      }
    }
  }

  /**
   * Checks that a driver in the cluster leaves nothing on its machine that is needed later.
   *
   * @param trackingUri null for the server in this process
   */
  void checkDriver(RunDirectory directory, @Nullable String trackingUri) throws UsageException {
    // In a pod of Kubernetes, drivers are submitted a second time, in client mode.
    boolean inTheCluster =
        "cluster".equals(System.getProperty("spark.submit.deployMode"))
            || Boolean.getBoolean("spark.kubernetes.submitInDriver");
    if (ApplicationMaster.isHere() && !"yarn".equals(master)) {
      throw new UsageException(
          "--master: must be yarn where the driver runs in YARN's application master, found "
              + (master == null ? "none" : master));
    }
    if (trackingUri == null && (inTheCluster || directory.shared())) {
      throw new UsageException(
          "--tracking-uri: must be given where the driver runs in the Spark cluster or --out is an address, found none: the URI of an MLflow server, or none to send it later with espalier track");
    }
    if (inTheCluster && !directory.shared()) {
      throw new UsageException(
          "--out: must be an address where the driver runs in the Spark cluster, such as hdfs://host:port/folder, or file:/folder where all machines see that, found "
              + directory.address());
    }
  }

  /**
   * The settings of file systems; the options override the settings with which this process was
   * started.
   */
  /** Java's system properties, where spark-submit leaves the settings of a driver in a cluster. */
  static Map<String, String> systemProperties() {
    Map<String, String> properties = new HashMap<>();
    System.getProperties()
        .stringPropertyNames()
        .forEach(name -> properties.put(name, System.getProperty(name, "")));
    return properties;
  }

  HadoopSettings hadoop() {
    Map<String, String> given = new LinkedHashMap<>(systemProperties());
    given.putAll(settings);
    return HadoopSettings.among(given);
  }

  /**
   * Checks that the cluster answers, if there is one.
   *
   * @throws RefusedException if it does not
   */
  void requireAnswer() {
    if (master != null && !isLocal()) {
      ClusterConnection.requireAnswer(master, settings);
    }
  }

  /** The settings of the file and of the command line, which has precedence. */
  private Map<String, String> sparkSettings() throws UsageException {
    Map<String, String> given = new LinkedHashMap<>();
    if (properties != null) {
      Properties read = new Properties();
      try (Reader file = Files.newBufferedReader(properties)) {
        read.load(file);
      } catch (IOException | IllegalArgumentException e) {
        throw new UsageException(
            "--properties-file: must be one, found %s: %s"
                .formatted(properties, FileTrouble.reason(e)));
      }
      read.forEach((key, value) -> given.put((String) key, ((String) value).strip()));
    }
    given.putAll(conf);
    return given;
  }

  /**
   * The number of concurrent stages; in this process at most the number of cores.
   *
   * @param resident bytes of a stage beside Java's heap
   */
  int slots(long resident) {
    Integer asked = slots.asked();
    return isLocal() ? slots.here(resident) : asked == null ? Slots.room(resident) : asked;
  }

  /** The place where stages run, in words. */
  String describe() {
    return isLocal() ? "in this process" : "on " + master;
  }

  /**
   * Connects a driver that runs in YARN's application master, because YARN ends one that does not
   * connect soon, even if nothing is left to run. Null elsewhere, where Spark starts only when
   * there is something to run.
   *
   * @param resident bytes of a stage beside Java's heap
   */
  @Nullable ClusterConnection early(long resident) {
    return master != null && ApplicationMaster.isHere() ? connection(master, resident) : null;
  }

  /**
   * Starts Spark, or joins it.
   *
   * @param early the connection, if there is one
   * @param resident bytes of a stage beside Java's heap
   */
  StageExecutor executor(@Nullable ClusterConnection early, StageRunner runner, long resident) {
    if (master == null || isLocal()) {
      return SparkExecutor.local(slots(resident), runner);
    }
    return SparkExecutor.on(early == null ? connection(master, resident) : early, runner);
  }

  private ClusterConnection connection(String address, long resident) {
    return ClusterConnection.to(
        new SparkCluster(address, slots.asked(), resident, ownJars(), settings));
  }

  /** The jars in the folder of this class's jar: what executors need besides Spark. */
  private static List<File> ownJars() {
    String home = System.getProperty("espalier.home");
    File[] jars = home == null ? null : new File(home, "lib").listFiles();
    return jars == null ? List.of() : Stream.of(jars).sorted().toList();
  }

  private boolean isLocal() {
    return master == null || master.equals("local");
  }
}
