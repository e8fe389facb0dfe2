package dev.espalier.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real YARN with HDFS of real processes, started by {@code local-yarn.sh} and stopped by it.
 *
 * @param folder logs, process ids, configuration
 * @param port of the ResourceManager
 * @param environment of the script
 */
record LocalYarn(Path folder, int port, Map<String, String> environment) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern APPLICATION = Pattern.compile("application_\\d+_\\d+");

  /**
   * An application as the ResourceManager shows it once it has ended.
   *
   * @param status the final one: SUCCEEDED or FAILED
   */
  record Application(String id, String status, int attempts, String diagnostics) {}

  static LocalYarn start(Path folder) throws Exception {
    int port = FreePort.withFree(-12, -2, -1, 0, 1, 56); // where the script puts the others
    Map<String, String> environment =
        Map.of(
            "CLUSTER_DIR",
            folder.toString(),
            "PORT",
            "" + port,
            "MEMORY",
            "12000",
            "CORES",
            "12",
            "HADOOP_JARS",
            Distribution.HOME.resolveSibling("hadoop-servers").toString());
    LocalYarn yarn = new LocalYarn(folder, port, environment);
    Distribution.Ended started = yarn.script("start");
    if (started.code() != 0) {
      throw new AssertionError(started.said());
    }
    return yarn;
  }

  /** Runs {@code local-yarn.sh VERB}. */
  Distribution.Ended script(String verb) throws IOException, InterruptedException {
    Path log = folder.resolveSibling(folder.getFileName() + "-" + verb + ".log");
    return Distribution.ended(
        Distribution.start(log, environment, "deploy/local-yarn.sh", verb), log);
  }

  /** The address of a file or folder of its HDFS. */
  String hdfs(String path) {
    return "hdfs://127.0.0.1:" + (port - 12) + path;
  }

  /** Settings of Spark by which a driver may use it. */
  Path properties() {
    return folder.resolve("conf").resolve("spark-defaults.conf");
  }

  /** What a process that uses it needs to know. */
  Map<String, String> environmentOfUsers(Path properties) {
    Map<String, String> users = new HashMap<>();
    users.put("HADOOP_CONF_DIR", folder.resolve("conf").toString());
    users.put("SPARK_PROPERTIES", properties.toString());
    return users;
  }

  /** Starts {@code bin/espalier} with it. */
  Process espalier(Path log, Object... words) throws IOException {
    return Distribution.start(log, environmentOfUsers(properties()), "bin/espalier", words);
  }

  /** The process of {@code resource-manager}, {@code node-manager} ... */
  ProcessHandle process(String name) throws IOException {
    String pid = Files.readString(folder.resolve(name + ".pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Ids of all applications that were ever submitted. */
  List<String> applications() throws IOException {
    List<String> ids = new ArrayList<>();
    ask("apps").path("apps").path("app").forEach(app -> ids.add(app.get("id").asText()));
    return ids;
  }

  /** The one of which a command has spoken. */
  Application application(String said) throws IOException {
    Matcher id = APPLICATION.matcher(said);
    if (!id.find()) {
      throw new AssertionError(said);
    }
    return ended(id.group());
  }

  Application ended(String id) throws IOException {
    JsonNode app = ask("apps/" + id).get("app");
    int attempts = ask("apps/" + id + "/appattempts").get("appAttempts").get("appAttempt").size();
    return new Application(
        id, app.get("finalStatus").asText(), attempts, app.get("diagnostics").asText());
  }

  /** The log files of its containers with this name, such as {@code stderr}. */
  List<Path> logs(String application, String name) throws IOException {
    Path logs = folder.resolve("logs").resolve(application);
    if (!Files.isDirectory(logs)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(logs, 2)) {
      return files.filter(file -> file.endsWith(name)).toList();
    }
  }

  /** The Java process of the container that writes {@code log}. */
  static ProcessHandle container(Path log) {
    String container = log.resolveSibling("").getFileName().toString();
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("/java"))
        .filter(process -> commandLine(process).contains("/" + container))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process of " + container));
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException ended) {
      return "";
    }
  }

  private JsonNode ask(String what) throws IOException {
    URI uri = URI.create("http://127.0.0.1:%d/ws/v1/cluster/%s".formatted(port + 56, what));
    try (InputStream answer = uri.toURL().openStream()) {
      return JSON.readTree(answer);
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
