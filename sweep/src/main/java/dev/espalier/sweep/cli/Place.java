package dev.espalier.sweep.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.sweep.spark.SparkExecutor;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.StageRunner;
import dev.espalier.workers.storage.Storage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say where a sweep lies, where it runs and how much of it at a time: shared by
 * {@code plan} and {@code run}.
 */
final class Place {
  private static final String MASTERS = "local|yarn|spark://[^/]+:\\d+(,[^/]+:\\d+)*|k8s://.+";

  /** What a network of moderate size took at most when it was trained: 1.4 GB. */
  private static final long BYTES_PER_SLOT = 1_500_000_000L;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of the sweep (default: runs/NAME).")
  private @Nullable Path out;

  @Option(
      names = "--store",
      paramLabel = "URI",
      description =
          "Where checkpoints lie: a folder, or hdfs://host:port/folder, s3a://bucket/folder; several sweeps may share it (default: the folder of the sweep).")
  private @Nullable String store;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "A Spark master, such as spark://host:7077 (default: Spark in this process).")
  private @Nullable String master;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "Stages at a time, each on one core (default: as many as cores and memory allow).")
  private @Nullable Integer slots;

  Path out(SweepSpec spec) {
    return out == null ? Path.of("runs", spec.name()) : out;
  }

  /** The store that was asked for; null if none was. */
  @Nullable Storage store() throws UsageException {
    try {
      return store == null ? null : Storage.at(store);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--store: " + e.getMessage());
    }
  }

  /**
   * Makes sure that the options make sense.
   *
   * @throws UsageException saying which does not
   */
  void check() throws UsageException {
    if (slots != null && slots < 1) {
      throw new UsageException("--slots: must be at least 1, found " + slots);
    }
    if (master != null && !master.matches(MASTERS)) {
      throw new UsageException(
          "--master: must be spark://HOST:PORT, yarn, k8s://URL or local, found " + master);
    }
    store();
  }

  /** Stages at a time; in this process never more than it has cores. */
  int slots() {
    int cores = Runtime.getRuntime().availableProcessors();
    if (slots != null) {
      return isLocal() ? Math.min(slots, cores) : slots;
    }
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    long room = (memory - Runtime.getRuntime().maxMemory()) / BYTES_PER_SLOT;
    return (int) Math.max(1, Math.min(room, cores));
  }

  /** Where stages run, in words. */
  String words() {
    return isLocal() ? "in this process" : "on " + master;
  }

  /** Starts Spark, or joins it. */
  StageExecutor executor(StageRunner runner) {
    return master == null || isLocal()
        ? SparkExecutor.local(slots(), runner)
        : SparkExecutor.on(master, slots(), runner);
  }

  private boolean isLocal() {
    return master == null || master.equals("local");
  }
}
