package dev.espalier.sweep.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.espalier.sweep.CommittedFile;
import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.RandomSpec;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.step.StepKind;
import dev.espalier.sweep.toy.TintStep;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.error.YAMLException;

/** What editors say of a config is what the parser says, as far as a schema can say it. */
class ConfigSchemaTest {
  private static final Path CONFIGS = Path.of("../configs");
  private static final Path COMMITTED = CONFIGS.resolve("schema.json");
  private static final Path BAD = Path.of("src/test/resources/dev/espalier/sweep/spec/bad");
  private static final Schema SCHEMA = schema(ConfigSchema.text(Methods.STANDARD));

  private static final String MATCHES = "what a choice matches follows from all axes";
  private static final String SEVERAL_STEPS = "a step depends on those before it";
  private static final String SEVERAL_OPTIONS =
      "an option depends on the values of others, which may be axes";
  private static final String CELLS = "the number of cells is a product";

  /** Bad configs that no schema refuses, and why. */
  private static final Map<String, String> BEYOND_A_SCHEMA =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("choices-that-fit-no-pipeline", MATCHES),
              Map.entry("exclude-matches-nothing", MATCHES),
              Map.entry("include-matches-no-network", MATCHES),
              Map.entry("no-cell-left", MATCHES),
              Map.entry("falling-sparsity-over-steps", SEVERAL_STEPS),
              Map.entry("quantizing-before-the-end", SEVERAL_STEPS),
              Map.entry("steps-that-make-no-sense", SEVERAL_STEPS),
              Map.entry("lloyd-from-the-optimum", SEVERAL_OPTIONS),
              Map.entry("lloyd-from-the-optimum-of-a-grid", SEVERAL_OPTIONS),
              Map.entry("rewound-own-network", "a step depends on the baseline"),
              Map.entry("rewound-too-far", "a step depends on the baseline"),
              Map.entry("rewound-too-far-in-a-grid", "a step depends on the baseline"),
              Map.entry("objective-both-ways", "two lists must have nothing in common"),
              Map.entry("number-that-explodes", "a number of too many digits is in range"),
              Map.entry("duplicate-networks", "maps that differ may come to one network"),
              Map.entry("too-many-cells", CELLS),
              Map.entry("too-many-cells-of-pipelines", CELLS)));

  @Test
  void theCommittedSchemaIsThatOfTheKeys() throws IOException {
    CommittedFile.assertHolds(ConfigSchema.text(Methods.STANDARD), COMMITTED);
  }

  @Test
  void everyShippedConfigIsValidAndNamesTheSchema() throws IOException {
    List<Path> configs = shipped();
    assertTrue(configs.size() >= 12, configs.toString());
    for (Path config : configs) {
      assertEquals(List.of(), errors(Files.readString(config)), config.toString());
      String schema = CONFIGS.relativize(config).getNameCount() == 1 ? "" : "../";
      String modeline = "# yaml-language-server: $schema=" + schema + "schema.json";
      List<String> comments =
          Files.readAllLines(config).stream().takeWhile(line -> line.startsWith("#")).toList();
      assertNotEquals(modeline, comments.get(0), "the first line says what the config is");
      assertTrue(comments.contains(modeline), config + " lacks " + modeline);
    }
  }

  @Test
  void everyWholeConfigInTheDocsIsValid() throws IOException {
    int found = 0;
    for (Path page : pages()) {
      Matcher examples =
          Pattern.compile("```yaml\n((?:#.*\n)*name: .*?)```", Pattern.DOTALL)
              .matcher(Files.readString(page));
      while (examples.find()) {
        assertEquals(List.of(), errors(examples.group(1)), page + "\n" + examples.group(1));
        found++;
      }
    }
    assertTrue(found >= 3, "found " + found);
  }

  @Test
  void everyBadConfigIsInvalidButForWhatNoSchemaCanSay() throws IOException {
    TreeSet<String> valid = new TreeSet<>();
    for (Path config : files(BAD)) {
      if (isValid(config)) {
        valid.add(config.getFileName().toString().replace(".yaml", ""));
      }
    }
    assertEquals(BEYOND_A_SCHEMA.keySet(), valid);
  }

  @Test
  void whateverIsReadIsValidAsItWasWrittenAndAsItIsWrittenAgain() throws Exception {
    RandomSpec random = new RandomSpec(11);
    for (int i = 0; i < 300; i++) {
      String config = random.next();
      assertEquals(List.of(), errors(config), config);
      String written = SpecFile.write(SpecFile.parse("c.yaml", config, List.of()));
      assertEquals(List.of(), errors(written), written);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model: {architecture: resnet18}    | model: {architecture: resnet81}
          model: {architecture: resnet18}    | model: {layers: [conv 16 3 strid 2]}
          model: {architecture: resnet18}    | model: {layers: [conv 16, dense 4]}
          model: {architecture: resnet18}    | model: {width: 1}
          {name: shapes}                     | {name: images, validation: 9}
          {name: shapes}                     | {name: shapes, path: here}
          sparsity: [0, 0.5]                 | sparsity: [0, 1]
          sparsity: [0, 0.5]                 | sparsity: [0, 0.5, 0.5]
          sparsity: [0, 0.5]                 | sparsity: []
          sparsity: [0, 0.5]                 | sparcity: [0, 0.5]
          centroids: none                    | centroids: 0
          epochs: 2                          | epochs: 2.5
          epochs: 2                          | batch: 2
          """)
  void oneMistakeIsSeen(String right, String wrong) {
    String config =
        "{name: a, dataset: {name: shapes}, model: {architecture: resnet18},"
            + " baseline: {epochs: 2}, grid: {sparsity: [0, 0.5], centroids: none}}";
    assertEquals(List.of(), errors(config));
    assertTrue(config.contains(right), right);
    assertNotEquals(List.of(), errors(config.replace(right, wrong)), wrong);
  }

  @Test
  void aStepOfOnesOwnIsInTheSchemaOnceItIsAmongTheMethods() {
    List<StepKind> steps = new ArrayList<>(Methods.STANDARD.steps());
    steps.add(new TintStep());
    Schema longer = schema(ConfigSchema.text(new Methods(steps, Methods.STANDARD.metrics())));
    String config =
        """
        name: toy
        dataset: {name: shapes}
        model: {architecture: resnet18}
        baseline: {epochs: 1}
        pipelines: {toys: [{tint: {strength: [0, 3.5]}}]}
        """;
    assertEquals(List.of(), longer.validate(EditorYaml.read(config)));
    assertNotEquals(List.of(), errors(config));
  }

  private static Schema schema(String text) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(text, InputFormat.JSON);
  }

  private static List<Error> errors(String config) {
    return SCHEMA.validate(EditorYaml.read(config));
  }

  /** False too for what is no YAML, which an editor says without a schema. */
  private static boolean isValid(Path config) throws IOException {
    try {
      JsonNode read = EditorYaml.read(Files.readString(config));
      return SCHEMA.validate(read).isEmpty();
    } catch (YAMLException | MalformedInputException noText) {
      return false;
    }
  }

  private static List<Path> shipped() throws IOException {
    return files(CONFIGS);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md")));
    try (Stream<Path> files = Files.walk(Path.of("../docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
