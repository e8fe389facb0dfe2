package dev.espalier.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real standalone Spark cluster of real processes, started by {@code local-cluster.sh} and
 * stopped by it.
 *
 * @param folder logs, process ids, work folders, event logs
 * @param port of its master
 * @param environment of the script
 */
record LocalCluster(Path folder, int port, Map<String, String> environment)
    implements AutoCloseable {

  /** Starts {@code workers} workers with {@code cores} each. */
  static LocalCluster start(Path folder, int workers, int cores) throws Exception {
    int port = FreePort.withFree(0, 1003, 1004, 1005, 2003); // where the script puts the others
    Map<String, String> environment =
        Map.of(
            "CLUSTER_DIR", folder.toString(),
            "PORT", "" + port,
            "WORKERS", "" + workers,
            "CORES", "" + cores);
    LocalCluster cluster = new LocalCluster(folder, port, environment);
    Distribution.Ended started = cluster.script("start");
    if (started.code() != 0) {
      throw new AssertionError(started.said());
    }
    return cluster;
  }

  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Settings by which a driver may join it. */
  Path properties() {
    return folder.resolve("conf").resolve("spark-defaults.conf");
  }

  /**
   * The words after {@code espalier} that run {@code config} on it. The executors take their jars
   * from the distribution.
   */
  Object[] words(Path config, Path out, Object... options) {
    List<Object> words = new ArrayList<>(List.of("run", config, "--out", out));
    words.addAll(List.of("--master", master(), "--properties-file", properties()));
    words.addAll(
        List.of("--conf", "spark.executor.extraClassPath=" + Distribution.HOME + "/lib/*"));
    words.addAll(List.of(options));
    return words.toArray();
  }

  /** Runs {@code local-cluster.sh VERB}. */
  Distribution.Ended script(String verb) throws IOException, InterruptedException {
    Path log = folder.resolveSibling(folder.getFileName() + "-" + verb + ".log");
    return Distribution.ended(
        Distribution.start(log, environment, "deploy/local-cluster.sh", verb), log);
  }

  /** The process of {@code master}, {@code worker-1}, {@code worker-2} ... */
  ProcessHandle process(String name) throws IOException {
    String pid = Files.readString(folder.resolve(name + ".pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Processes of executors, and of drivers in cluster deploy mode, that a worker started. */
  List<ProcessHandle> children(String worker) throws IOException {
    return process(worker).children().toList();
  }

  /** What its executors and drivers wrote: {@code stdout} and {@code stderr} of each. */
  List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("work"), 4)) {
      return files.filter(file -> file.getFileName().toString().startsWith("std")).toList();
    }
  }

  /** Spark's event logs. */
  List<Path> events() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("events"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("events_")).toList();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      script("stop");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
