package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What can be seen of the files for container engines without one: they parse, have no key that
 * their format does not know, name the version of Spark that is in the distribution, and files that
 * are there.
 */
class DeployFilesTest {
  private static final Path FOLDER = Path.of("");

  /** Throws at keys that the models of Kubernetes would put aside. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              });

  @ParameterizedTest
  @ValueSource(
      strings = {"Dockerfile", "compose.yaml", "k8s/sparkapplication.yaml", "k8s/sweeps.yaml"})
  void eachSaysWhetherItWasRunAndNamesOurVersionOfSpark(String file) throws IOException {
    String text = Files.readString(FOLDER.resolve(file));
    String comment = text.substring(0, text.indexOf("\n#\n")).replace("\n# ", " ");
    assertTrue(comment.contains("Validated only"), comment);
    Matcher versions =
        Pattern.compile("(?:spark:|sparkVersion: )(\\d+\\.\\d+\\.\\d+)").matcher(text);
    while (versions.find()) {
      assertEquals(spark(), versions.group(1));
    }
  }

  @Test
  void theReadmeNamesTheVersionOfSpark() throws IOException {
    String readme = Files.readString(FOLDER.resolve("README.md"));
    assertTrue(readme.contains("the same version of Spark, " + spark() + "."));
  }

  @Test
  void theImageTakesWhatTheDistributionHolds() throws IOException {
    List<String> instructions = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("Dockerfile"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        instructions.add(line);
      }
    }
    assertTrue(instructions.get(0).startsWith("FROM apache/spark:"), instructions.get(0));
    assertEquals(
        "USER spark", instructions.get(instructions.size() - 1), "it does not run as root");
    int copied = 0;
    for (String line : instructions) {
      String[] words = line.split(" ", -1);
      assertTrue(Set.of("FROM", "USER", "COPY", "RUN", "ENV").contains(words[0]), line);
      if (words[0].equals("COPY")) {
        copied++;
        assertTrue(Files.isDirectory(Distribution.HOME.resolve(words[2])), line);
        assertEquals("/opt/espalier/" + words[2], words[3]);
      }
    }
    assertEquals(4, copied);
  }

  @Test
  void keysThatAFormatDoesNotKnowAreFound() throws IOException {
    KnownKeys compose = KnownKeys.of("compose-keys.txt");
    Map<?, ?> service = Map.of("imag", "x", "command", 7, "deploy", Map.of("replica", 2));
    assertEquals(
        Set.of(
            "services.*.imag is no key",
            "services.*.command must be [array, null, string], found integer",
            "services.*.deploy.replica is no key"),
        Set.copyOf(compose.problems(Map.of("services", Map.of("any", service)), "")));
    assertEquals(List.of("service is no key"), compose.problems(Map.of("service", Map.of()), ""));

    KnownKeys application = KnownKeys.of("sparkapplication-keys.txt");
    Map<?, ?> spec = Map.of("driver", Map.of("core", 1, "memory", 2), "executor", Map.of());
    assertEquals(
        Set.of(
            "kind is missing",
            "apiVersion is missing",
            "metadata is missing",
            "spec.mainApplicationFile is missing",
            "spec.sparkVersion is missing",
            "spec.type is missing",
            "spec.driver.core is no key",
            "spec.driver.memory must be [string], found integer"),
        Set.copyOf(application.problems(Map.of("spec", spec), "")));
  }

  @Test
  void theComposeFileIsWhole() throws IOException {
    Map<?, ?> compose = withoutExtensions(yaml("compose.yaml"));
    assertEquals(List.of(), KnownKeys.of("compose-keys.txt").problems(compose, ""));
    Map<?, ?> services = map(compose, "services");
    assertEquals(Set.of("master", "worker", "mlflow", "sweep"), services.keySet());
    Set<?> volumes = map(compose, "volumes").keySet();
    for (Object name : services.keySet()) {
      Map<?, ?> service = map(services, name);
      assertTrue(service.get("image") instanceof String, "" + name);
      for (Object volume : list(service, "volumes")) {
        assertTrue(volumes.contains(volume.toString().split(":", -1)[0]), "" + volume);
      }
      for (Object port : list(service, "ports")) {
        assertTrue(port.toString().startsWith("127.0.0.1:"), "published to everybody: " + port);
      }
      for (Object other : list(service, "depends_on")) {
        assertTrue(services.containsKey(other), "" + other);
      }
    }
    assertIsHere(list(map(services, "sweep"), "command"));
  }

  @Test
  void theModelsOfKubernetesRefuseWhatTheyDoNotKnow() {
    Map<?, ?> mistyped = Map.of("kind", "PersistentVolumeClaim", "spec", Map.of("accessMode", "x"));
    assertThrows(
        IllegalArgumentException.class, () -> assertIs(PersistentVolumeClaim.class, mistyped));
  }

  @Test
  void theKubernetesManifestsAreWhole() throws IOException {
    Map<?, ?> manifest = yaml("k8s/sparkapplication.yaml");
    assertEquals(List.of(), KnownKeys.of("sparkapplication-keys.txt").problems(manifest, ""));
    assertEquals("sparkoperator.k8s.io/v1beta2", manifest.get("apiVersion"));
    assertEquals("SparkApplication", manifest.get("kind"));
    Map<?, ?> spec = map(manifest, "spec");
    assertIsHere(List.of(Objects.requireNonNull(spec.get("mainApplicationFile"))));
    assertIsHere(list(spec, "arguments"));
    int executors = (int) Objects.requireNonNull(map(spec, "executor").get("instances"));
    int cores = (int) Objects.requireNonNull(map(spec, "executor").get("cores"));
    assertEquals(
        List.of("--slots=" + executors * cores),
        list(spec, "arguments").stream()
            .filter(word -> word.toString().startsWith("--slots="))
            .toList());

    Map<?, ?> claim = yaml("k8s/sweeps.yaml");
    assertIs(PersistentVolumeClaim.class, claim);
    Object name = map(claim, "metadata").get("name");
    assertTrue(
        driverSettings()
            .contains(".persistentVolumeClaim.%s.options.claimName=%s".formatted(name, name)));
  }

  /**
   * The manifest has the settings by which {@code submit.sh} starts a driver. Where they differ,
   * {@code -Despalier.update=true} writes them.
   */
  @Test
  void theManifestIsMadeOfTheSettingsOfDrivers() throws IOException {
    Path file = FOLDER.resolve("k8s/sparkapplication.yaml");
    String manifest = Files.readString(file);
    StringBuilder settings = new StringBuilder();
    for (String line : driverSettings().lines().toList()) {
      String[] words = line.split("=", 2);
      if (line.startsWith("spark.") && !words[0].matches("spark\\.(master|standalone|yarn)\\..*")) {
        settings.append("    %s: \"%s\"\n".formatted(words[0], words[1]));
      }
    }
    String made =
        manifest.replaceFirst(
            "(?m)(^  sparkConf:\n)(    .*\n)*",
            "$1" + Matcher.quoteReplacement(settings.toString()));
    if (Boolean.getBoolean("espalier.update")) {
      Files.writeString(file, made);
    }
    assertEquals(made, Files.readString(file));
  }

  private static String driverSettings() throws IOException {
    return Files.readString(FOLDER.resolve("driver.properties"));
  }

  /** Paths below /opt/espalier are those of the distribution. */
  private static void assertIsHere(List<?> words) {
    for (Object word : words) {
      Matcher path = Pattern.compile("^(?:local://)?/opt/espalier/(.*)$").matcher(word.toString());
      if (path.matches()) {
        assertTrue(Files.exists(Distribution.HOME.resolve(path.group(1))), "" + word);
      }
    }
  }

  private static void assertIs(Class<?> model, Object found) {
    STRICT.convertValue(found, model);
  }

  /** The Compose Specification lets every file have keys of its own, which begin with x-. */
  private static Map<?, ?> withoutExtensions(Map<?, ?> compose) {
    Map<Object, Object> rest = new LinkedHashMap<>(compose);
    rest.keySet().removeIf(key -> key.toString().startsWith("x-"));
    return rest;
  }

  private static Map<?, ?> map(Map<?, ?> parent, Object key) {
    return (Map<?, ?>) Objects.requireNonNull(parent.get(key), "no " + key);
  }

  private static List<?> list(Map<?, ?> parent, String key) {
    Object list = parent.get(key);
    return list == null ? List.of() : (List<?>) list;
  }

  private static Map<?, ?> yaml(String file) throws IOException {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    return yaml.load(Files.readString(FOLDER.resolve(file)));
  }

  private static String spark() throws IOException {
    return Distribution.names("spark/jars").stream()
        .filter(name -> name.startsWith("spark-core_"))
        .map(name -> name.replaceAll("^spark-core_[\\d.]+-|\\.jar$", ""))
        .findFirst()
        .orElseThrow();
  }
}
