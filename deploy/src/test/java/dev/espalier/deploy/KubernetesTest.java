package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a mock API server of Kubernetes is asked for by the commands of {@code deploy/README.md}.
 * Pods do not run there; the driver's command runs here, as the image would start it.
 */
@Tag("clusters")
@EnabledOnOs({OS.LINUX, OS.MAC})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubernetesTest {
  private static final String IMAGE = "espalier:0.1.0";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("OMP_NUM_THREADS", "1", "MALLOC_ARENA_MAX", "2", "LC_ALL", "C.UTF-8");
  private static final Set<String> JAVA_OPTIONS =
      Set.of(
          "-XX:+UseSerialGC",
          "-Dfile.encoding=UTF-8",
          "-Djava.awt.headless=true",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
          "-Dorg.bytedeco.javacpp.maxbytes=0",
          "-Dorg.bytedeco.javacpp.cachedir=javacpp");

  private static final Duration MOST = Duration.ofSeconds(15);

  @TempDir private static Path folder = Path.of("");

  /** From the documented command to the pod of an executor. */
  @Test
  @Order(1)
  void theDocumentedCommandAsksForADriverAndThatForExecutors() throws Exception {
    try (ApiServer api = ApiServer.start()) {
      Path log = folder.resolve("submit.log");
      List<String> words = documented("deploy/submit.sh k8s://", api);
      Process submit =
          Distribution.start(log, Map.of(), words.get(0), words.subList(1, words.size()).toArray());
      Pod driver = api.awaitPod("driver", submit, log);
      assertWhole(driver, "spark-kubernetes-driver");
      assertEquals("spark", driver.getSpec().getServiceAccountName());
      assertEquals(4096, mebibytes(driver), "2 GiB of heap and 2 GiB beside it");
      String properties = api.awaitProperties(submit, log);
      Properties settings = new Properties();
      settings.load(new StringReader(properties));
      String options = settings.getProperty("spark.driver.defaultJavaOptions");
      assertEquals(JAVA_OPTIONS, Set.of(options.split(" ", -1)));
      List<String> arguments = container(driver).getArgs();
      assertEquals("driver", arguments.get(0));
      assertEquals(
          words.subList(2, words.size()),
          arguments.subList(arguments.indexOf("run") + 1, arguments.size()).stream()
              .filter(word -> !word.equals("--master") && !word.equals("k8s://" + api.address()))
              .toList());

      Process inPod = start(driver, properties, api);
      try {
        Pod executor = api.awaitPod("executor", inPod, folder.resolve("driver.log"));
        assertExecutor(executor);
      } finally {
        inPod.destroy();
        inPod.waitFor();
      }
      api.succeed(driver);
      Distribution.Ended ended = Distribution.ended(submit, log);
      assertEquals(0, ended.code(), ended.said());
    }
  }

  /** The driver runs here, the executors there. */
  @Test
  @Order(2)
  void aDriverOnThisMachineAsksForExecutors() throws Exception {
    try (ApiServer api = ApiServer.start()) {
      Path log = folder.resolve("client.log");
      List<String> words = new ArrayList<>();
      for (String word : documented("bin/espalier run", api)) {
        words.add(here(word));
      }
      Process run =
          Distribution.start(
              log,
              Map.of("SPARK_LOCAL_IP", "127.0.0.1"),
              words.get(0),
              words.subList(1, words.size()).toArray());
      try {
        assertExecutor(api.awaitPod("executor", run, log));
      } finally {
        run.destroy();
        run.waitFor();
      }
    }
  }

  @Test
  @Order(3)
  void aServerThatIsAwayIsSaid() throws Exception {
    String away = "k8s://http://127.0.0.1:1";
    for (Distribution.Ended ended : List.of(run(away, Distribution.HOME), submit(away))) {
      assertRefused(
          ended,
          "--master: must be k8s:// and the address of a Kubernetes API server that answers");
    }
    assertRefused(
        run("k8s://no:thing", Distribution.HOME), "found https://no:thing: it names no host");
  }

  @Test
  @Order(4)
  void aServerThatRefusesIsQuoted() throws Exception {
    try (ApiServer api = ApiServer.startForbidding()) {
      String master = "k8s://" + api.address();
      for (Distribution.Ended ended : List.of(run(master, Distribution.HOME), submit(master))) {
        assertRefused(ended, "this account must be allowed to create, watch and delete pods");
        assertTrue(ended.said().contains("User \"guest\" cannot"), ended.said());
      }
    }
  }

  @Test
  @Order(5)
  void anAccountThatMayOnlyLookIsToldSo() throws Exception {
    try (ApiServer api = ApiServer.startDenying()) {
      assertRefused(
          run("k8s://" + api.address(), Distribution.HOME),
          "it may not create pods in the namespace default");
    }
  }

  @Test
  @Order(6)
  void aDistributionWithoutSparksModuleNamesIt() throws Exception {
    // Beside the distribution, for links of its files.
    Path home = Files.createTempDirectory(Distribution.HOME.getParent(), "without");
    for (String part : List.of("bin", "lib", "spark/jars")) {
      Files.createDirectories(home.resolve(part));
      for (String name : Distribution.names(part)) {
        if (!name.startsWith("spark-kubernetes_")) {
          Files.createLink(
              home.resolve(part).resolve(name), Distribution.HOME.resolve(part).resolve(name));
        }
      }
    }
    assertRefused(run("k8s://http://127.0.0.1:1", home), "needs spark-kubernetes_2.13-");
  }

  private static void assertExecutor(Pod executor) {
    assertWhole(executor, "spark-kubernetes-executor");
    assertEquals("spark", executor.getSpec().getServiceAccountName());
    Map<String, String> environment = environment(executor);
    Set<String> options =
        environment.entrySet().stream()
            .filter(variable -> variable.getKey().startsWith("SPARK_JAVA_OPT_"))
            .map(Map.Entry::getValue)
            .filter(JAVA_OPTIONS::contains)
            .collect(Collectors.toSet());
    assertEquals(JAVA_OPTIONS, options);
    assertEquals("4", environment.get("SPARK_EXECUTOR_CORES"), "one process for four slots");
    assertEquals("1792m", environment.get("SPARK_EXECUTOR_MEMORY"));
    long overhead = mebibytes(executor) - 1792;
    assertTrue(overhead > 4 * 200, "for four networks: " + overhead);
    assertTrue(
        environment.getOrDefault("SPARK_CLASSPATH", "").contains("/opt/espalier/lib/*"),
        "" + environment);
  }

  /** What driver and executors have in common. */
  private static void assertWhole(Pod pod, String name) {
    Container container = container(pod);
    assertEquals(name, container.getName());
    assertEquals(IMAGE, container.getImage());
    assertEquals(
        container.getResources().getRequests().get("memory"),
        container.getResources().getLimits().get("memory"));
    Map<String, String> environment = environment(pod);
    environment.keySet().retainAll(ENVIRONMENT.keySet());
    assertEquals(ENVIRONMENT, environment);
    String claim =
        pod.getSpec().getVolumes().stream()
            .filter(volume -> volume.getPersistentVolumeClaim() != null)
            .map(
                volume -> volume.getName() + " " + volume.getPersistentVolumeClaim().getClaimName())
            .collect(Collectors.joining());
    assertEquals("sweeps sweeps", claim);
    assertTrue(
        container.getVolumeMounts().stream()
            .anyMatch(
                mount ->
                    mount.getName().equals("sweeps") && mount.getMountPath().equals("/sweeps")),
        "" + container.getVolumeMounts());
  }

  /** Starts what the image would start in the driver's pod, with paths of this machine. */
  private static Process start(Pod driver, String properties, ApiServer api) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("spark.properties"),
            properties.replace("///opt/espalier", "//" + Distribution.HOME));
    List<String> arguments = new ArrayList<>();
    for (String word : container(driver).getArgs()) {
      arguments.add(here(word.equals("/opt/spark/conf/spark.properties") ? file.toString() : word));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Distribution.HOME + "/bin/java.options");
    command.addAll(
        List.of("-cp", Distribution.HOME + "/lib/*:" + Distribution.HOME + "/spark/jars/*"));
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--deploy-mode", "client"));
    command.addAll(List.of("--conf", "spark.driver.bindAddress=127.0.0.1"));
    command.addAll(List.of("--conf", "spark.kubernetes.driver.master=" + api.address()));
    command.addAll(arguments.subList(1, arguments.size()));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("driver.log").toFile());
    environment(driver).forEach((key, value) -> builder.environment().put(key, value));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  /** A command of the README, with the server's address for the documented one. */
  private static List<String> documented(String start, ApiServer api) throws Exception {
    String readme = Files.readString(Path.of("README.md")).replace("\\\n", " ");
    String section = readme.substring(readme.indexOf("\n## Kubernetes\n"));
    String command =
        section
            .lines()
            .filter(line -> line.startsWith(start))
            .findFirst()
            .orElseThrow()
            .replace("https://HOST:6443", api.address())
            .replace("THIS_HOST", "127.0.0.1");
    return List.of(command.strip().split("\\s+", -1));
  }

  /** A word of a command with paths of this machine, and with a sweep that is quicker to plan. */
  private static String here(String word) throws IOException {
    if (word.endsWith("configs/quickstart.yaml")) {
      return TinySweep.config(folder).toString();
    }
    return word.startsWith("deploy/")
        ? Distribution.HOME.resolve(word).toString()
        : word.replace("/opt/espalier", Distribution.HOME.toString())
            .replace("file:/sweeps", "file:" + folder.resolve("sweeps"));
  }

  private static Distribution.Ended run(String master, Path home) throws Exception {
    return timed(
        home.resolve("bin/espalier"),
        "run",
        TinySweep.config(folder),
        "--out",
        folder.resolve("refused"),
        "--master",
        master,
        "--conf",
        "spark.kubernetes.container.image=" + IMAGE);
  }

  private static Distribution.Ended submit(String master) throws Exception {
    return timed(
        Distribution.HOME.resolve("deploy/submit.sh"),
        master,
        "file:/sweeps/tiny.yaml",
        "--out",
        "file:/sweeps/tiny");
  }

  /** On a machine with other work, as much longer as it takes a few times to start Java. */
  private static Distribution.Ended timed(Path script, Object... words) throws Exception {
    Duration start = took(Distribution.HOME.resolve("bin/espalier"), "models").duration();
    Timed timed = took(script, words);
    assertTrue(
        timed.duration().compareTo(MOST.plus(start.multipliedBy(5))) < 0,
        timed.duration() + ": " + timed.ended().said());
    return timed.ended();
  }

  private record Timed(Distribution.Ended ended, Duration duration) {}

  private static Timed took(Path script, Object... words) throws Exception {
    Path log = folder.resolve("timed.log");
    Map<String, String> environment = Map.of("SPARK_LOCAL_IP", "127.0.0.1");
    long start = System.nanoTime();
    Distribution.Ended ended =
        Distribution.ended(Distribution.start(log, environment, script.toString(), words), log);
    return new Timed(ended, Duration.ofNanos(System.nanoTime() - start));
  }

  private static void assertRefused(Distribution.Ended ended, String reason) {
    assertEquals(2, ended.code(), ended.said());
    assertTrue(ended.said().contains(reason), ended.said());
    assertFalse(Files.exists(folder.resolve("refused/spec.yaml")), "nothing is begun");
  }

  private static Container container(Pod pod) {
    return pod.getSpec().getContainers().get(0);
  }

  private static Map<String, String> environment(Pod pod) {
    Map<String, String> environment = new TreeMap<>();
    container(pod)
        .getEnv()
        .forEach(
            variable ->
                environment.put(
                    variable.getName(), variable.getValue() == null ? "" : variable.getValue()));
    return environment;
  }

  private static long mebibytes(Pod pod) {
    Quantity memory = container(pod).getResources().getLimits().get("memory");
    return Quantity.getAmountInBytes(memory).longValueExact() >> 20;
  }
}
