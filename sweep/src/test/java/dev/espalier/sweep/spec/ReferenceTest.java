package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.CommittedFile;
import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Section;
import dev.espalier.sweep.spec.step.ClusterStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/config.md says what the parser does: its tables are generated from the parser's keys. */
class ReferenceTest {
  private static final Path REFERENCE = Path.of("../docs/config.md");
  private static final Sections SECTIONS = Sections.of(Methods.STANDARD);
  private static final String START = "<!-- keys: written by ReferenceTest -->\n";

  /** Where the maps of a section stand, for a probe. */
  private static final Map<String, List<String>> PATHS =
      Map.of(
          "config", List.of(""),
          "input", List.of("baseline.input."),
          "learning-rate", List.of("baseline.learning-rate.", "fine-tune.learning-rate."),
          "augment", List.of("baseline.augment.", "fine-tune.augment."),
          "include and exclude", List.of("include.", "exclude."));

  @Test
  void holdsEveryKeyWithRangeAndDefault() throws IOException {
    String page = Files.readString(REFERENCE);
    String expected = page.substring(0, page.indexOf(START) + START.length()) + tables();
    CommittedFile.assertHolds(expected, REFERENCE);
  }

  /** A key that stands in the reference but is never read would take any nonsense in silence. */
  @Test
  void everyKeyOfItIsReadWhereverItMayStand() {
    for (Section section : SECTIONS.all()) {
      for (String path : PATHS.getOrDefault(section.title(), List.of(section.title() + "."))) {
        for (Key<?> key : section.keys()) {
          String whole = path + key.name();
          List<String> problems = problems(start(section), whole + "=[[[]]]");
          boolean read =
              problems.stream()
                  .anyMatch(line -> line.contains(": " + whole) && !line.contains("unknown key"));
          assertTrue(read, () -> whole + " is not read: " + problems);
        }
      }
    }
  }

  /** A grid has not the parameters of every step. */
  private static String start(Section section) {
    String steps =
        "[{replace-head: dense 8}, {prune: 0.5}, {recalibrate: 1}, {drop-blocks: 1}, {fine-tune: 1}, {cluster: 4}, {quantize: int8}]";
    return "dataset: {name: images}\n"
        + (section.title().startsWith("include") ? "pipelines: {all: " + steps + "}\n" : "");
  }

  /** Omits each key where nothing else is missing: an error if and only if it is required. */
  @Test
  void aKeyMayBeMissingUnlessTheReferenceSaysThatItIsRequired() {
    for (Section section : SECTIONS.all()) {
      for (String path : PATHS.getOrDefault(section.title(), List.of(section.title() + "."))) {
        Map<String, String> required = new TreeMap<>();
        for (Key<?> key : section.keys()) {
          // "required for images" and the like depend on another key.
          if (section.preset(key).matches("required(, unless .*)?")) {
            required.put(key.name(), sample(section, key.name()));
          }
        }
        required.keySet().forEach(key -> assertMissing(path, required, key));
        for (Key<?> key : section.keys()) {
          String sample = sample(section, key.name());
          if (!sample.isEmpty()) {
            Map<String, String> enough = new TreeMap<>(required);
            enough.put(key.name(), sample);
            assertEquals(List.of(), problems(config(path, enough)), path + " with " + enough);
          }
        }
      }
    }
  }

  @Test
  void anExcludedMapCutsAndAnIncludedOneAddsAllValuesOfItsMissingKeys() throws ConfigException {
    String grid =
        "{name: x, dataset: {name: shapes}, model: {architecture: [resnet18, mobilenetv2]},"
            + " baseline: {epochs: 1}, grid: {sparsity: [0, 0.5], centroids: [none, 4]}";

    SweepSpec cut = SpecFile.parse("x", grid + ", exclude: {centroids: 4}}", List.of());
    assertEquals(4, Cells.of(cut).size());
    assertTrue(Cells.of(cut).stream().allMatch(cell -> centroids(cell) == 0));

    SweepSpec added = SpecFile.parse("x", grid + ", include: {centroids: 8}}", List.of());
    assertEquals(8 + 4, Cells.of(added).size());
    assertEquals(4, Cells.of(added).stream().filter(cell -> centroids(cell) == 8).count());
  }

  private static int centroids(Cell cell) {
    return cell.steps().get(2).values().get(ClusterStep.CENTROIDS);
  }

  @Test
  void everyExampleOfThePageIsRead() throws Exception {
    Matcher examples =
        Pattern.compile("```yaml\n(name: .*?)```", Pattern.DOTALL)
            .matcher(Files.readString(REFERENCE));
    int read = 0;
    while (examples.find()) {
      SweepSpec spec = SpecFile.parse("config.md", examples.group(1), List.of());
      assertEquals(spec, SpecFile.parse("written", SpecFile.write(spec), List.of()));
      read++;
    }
    assertEquals(3, read);
  }

  private static void assertMissing(String path, Map<String, String> required, String key) {
    Map<String, String> rest = new TreeMap<>(required);
    rest.remove(key);
    List<String> problems = problems(config(path, rest));
    assertTrue(
        problems.stream().anyMatch(line -> line.contains(path + key)),
        () -> path + key + " is not missed: " + problems);
  }

  /** A value that the key may have beside the required ones; empty for one that needs others. */
  private static String sample(Section section, String key) {
    return switch (section.title() + "." + key) {
      case "config.name" -> "x";
      case "config.dataset" -> "{name: shapes}";
      case "config.model" -> "{architecture: [resnet18, mobilenetv2], width: [1, 0.5]}";
      case "config.baseline" -> "{epochs: 1}";
      case "config.grid" ->
          "{sparsity: [0.5, 0.7], scope: [flat, layerwise], fine-tune-epochs: [0, 1],"
              + " centroids: [none, 4]}";
      case "prune.epochs", "prune.images", "model.name", "model.layers" -> "";
      case "prune.criterion" -> "random";
      case "prune.rounding" -> "half-even";
      case "replace-head.layers" -> "dense 8";
      default -> sample(key);
    };
  }

  private static String sample(String key) {
    return switch (key) {
      case "name" -> "shapes";
      case "architecture" -> "resnet18";
      case "epochs", "width", "shift", "warm-up", "fine-tune-epochs", "validation" -> "1";
      case "mean", "sparsity", "momentum", "weight-decay" -> "0.5";
      case "deviation", "initial" -> "0.1";
      case "batch", "centroids", "images" -> "4";
      case "flip", "depthwise" -> "true";
      case "scope" -> "layerwise";
      case "layers", "exclude-layers" -> "stem";
      case "maximize" -> "val/accuracy";
      default -> "";
    };
  }

  /** A whole config in which the map at {@code path} has these keys and no others. */
  private static String config(String path, Map<String, String> keys) {
    String map =
        keys.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining(", ", "{", "}"));
    if (path.isEmpty()) {
      return map;
    }
    Map<String, String> config = new TreeMap<>();
    for (Key<?> key : SECTIONS.config().keys()) {
      String sample = sample(SECTIONS.config(), key.name());
      if (key.preset().startsWith(Key.REQUIRED)) {
        config.put(key.name(), sample);
      }
    }
    String[] names = path.split("\\.", -1);
    if (names[1].isEmpty()) {
      config.put(names[0], map);
    } else if (names[1].equals("input")) {
      config.remove("model");
      config.put("baseline", "{from: own.zip, input: " + map + "}");
    } else {
      String others = names[0].equals("baseline") ? "epochs: 1, " : "";
      config.put(names[0], "{" + others + names[1] + ": " + map + "}");
    }
    return config("", config);
  }

  private static List<String> problems(String text, String... overrides) {
    try {
      SpecFile.parse("x", text, List.of(overrides));
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  private static String tables() {
    List<String> lines = new ArrayList<>();
    for (Section section : SECTIONS.all()) {
      lines.add("\n## " + section.title() + "\n");
      if (!section.note().isEmpty()) {
        lines.add(section.note() + "\n");
      }
      lines.add("| key | value | default | meaning |");
      lines.add("|---|---|---|---|");
      section.keys().forEach(key -> lines.add(row(section, key)));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String row(Section section, Key<?> key) {
    return "| `"
        + key.name()
        + "` | "
        + key.words()
        + " | "
        + section.preset(key)
        + " | "
        + key.meaning()
        + " |";
  }
}
