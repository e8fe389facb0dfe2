package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.spec.step.ClusterStep;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.PruneOptions;
import dev.espalier.sweep.spec.step.PruneStep;
import dev.espalier.sweep.spec.step.TrainOptions;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.Load;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecFileTest {
  private static final Path CONFIGS = Path.of("../configs");

  private static final String SMALL =
      """
      name: small
      dataset: {name: shapes}
      model: {architecture: resnet18}
      baseline: {epochs: 2}
      grid: {sparsity: 0.5}
      """;

  private static final String FULL =
      """
      name: full
      dataset: {name: images, path: "my \\"own\\" images", train: 900, validation: 100, size: 48}
      model:
        - {architecture: [resnet18, mobilenetv2], width: [0.25, 0.50]}
        - {architecture: mnist-cnn}
      baseline:
        epochs: 9
        batch: 32
        learning-rate: {schedule: steps, initial: 0.1, warm-up: 1, at: [4, 8], factor: 0.2}
        momentum: 0.8
        weight-decay: 1e-4
        augment: {flip: false}
      fine-tune: {learning-rate: {schedule: cosine, initial: 0.01}, batch: 16, augment: {shift: 1}}
      prune: {exclude-layers: [stem, "*/down"], depthwise: true}
      cluster: {exclude-layers: []}
      grid:
        sparsity: [0, 0.5, 0.90]
        scope: [layerwise, flat]
        fine-tune-epochs: [0, 2]
        centroids: [none, 1, 16]
      exclude:
        - {sparsity: 0.9, centroids: [none, 1]}
        - {architecture: mnist-cnn, width: 1, scope: flat}
      include: {sparsity: 0.99, fine-tune-epochs: 5}
      seeds: [1, 2, 9007199254740991]
      objectives: {maximize: val/accuracy, minimize: [macs/nonzero, size/compressed_bytes]}
      """;

  @Test
  void readsTheConfigOfTheDesign() throws ConfigException {
    SweepSpec spec = SpecFile.read(CONFIGS.resolve("cifar10-resnet18.yaml"), List.of());
    Recipe recipe =
        new Recipe(
            new Schedule.Cosine(new BigDecimal("0.05"), 0),
            64,
            new BigDecimal("0.9"),
            new BigDecimal("0.0005"),
            true,
            4);
    assertEquals("cifar10-resnet18", spec.name());
    assertEquals(new DataSource("cifar10", null, 0, 5000, 0), spec.dataset());
    assertEquals(List.of(new Model("resnet18", new BigDecimal("0.25"))), spec.models());
    assertEquals(6, baseline(spec).get(TrainOptions.EPOCHS));
    assertEquals(recipe, TrainOptions.recipe(baseline(spec)));
    assertEquals(
        new Recipe(
            new Schedule.Constant(new BigDecimal("0.005"), 0),
            64,
            recipe.momentum(),
            recipe.weightDecay(),
            true,
            4),
        FineTuneStep.recipe(spec.defaults("fine-tune"), new Load("any", "any", null)));
    assertEquals(
        Stream.of("0", "0.5", "0.8", "0.9", "0.95").map(BigDecimal::new).toList(),
        axis(spec, 0, PruneOptions.SPARSITY));
    assertEquals(List.of(Scope.FLAT, Scope.LAYERWISE), axis(spec, 0, PruneOptions.SCOPE));
    assertEquals(List.of(0, 1, 3), axis(spec, 1, FineTuneStep.EPOCHS));
    assertEquals(List.of(0, 16, 32), axis(spec, 2, ClusterStep.CENTROIDS));
    assertEquals(List.of(), spec.defaults("prune").get(PruneStep.LAYERS.exclude));
    assertEquals(List.of(1L), spec.seeds());
    assertEquals(Objectives.PRESET, spec.objectives());
    assertEquals(90, Cells.of(spec).size());
  }

  private static OptionValues baseline(SweepSpec spec) {
    return ((Baseline.Train) spec.baseline()).product().get(0);
  }

  private static <T> @Nullable List<T> axis(SweepSpec spec, int step, Option<T> option) {
    return spec.pipelines()
        .get(0)
        .steps()
        .get(step)
        .alternatives()
        .get(0)
        .orElseThrow()
        .find(option);
  }

  static Stream<Path> configs() throws IOException {
    try (Stream<Path> files = Files.list(CONFIGS)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyConfigThatComesWithEspalierIsRead(Path config) throws ConfigException {
    SweepSpec spec = SpecFile.read(config, List.of());
    assertEquals(config.getFileName() + "", spec.name() + ".yaml");
    assertTrue(Cells.of(spec).size() >= 16);
  }

  @ParameterizedTest
  @ValueSource(strings = {SMALL, FULL})
  void readsWhatItWrote(String text) throws ConfigException {
    SweepSpec spec = SpecFile.parse("x.yaml", text, List.of());
    String written = SpecFile.write(spec);
    SweepSpec again = SpecFile.parse("spec.yaml", written, List.of());
    assertEquals(spec, again);
    assertEquals(written, SpecFile.write(again));
  }

  @Test
  void writesEveryDefault() throws ConfigException {
    String expected =
        """
        name: small
        dataset:
          name: shapes
          train: 0
          validation: 1000
        model:
          - {architecture: resnet18, width: 1}
        baseline:
          epochs: 2
          batch: 64
          learning-rate: {schedule: cosine, initial: 0.05, warm-up: 0}
          momentum: 0.9
          weight-decay: 0.0005
          augment: {flip: false, shift: 0}
        fine-tune:
          batch: 64
          learning-rate: {schedule: constant, initial: 0.005, warm-up: 0}
          momentum: 0.9
          weight-decay: 0.0005
          augment: {flip: false, shift: 0}
          centroid-gradient: sum
        prune:
          scope: flat
          unit: weight
          criterion: magnitude
          layers: []
          exclude-layers: []
          depthwise: false
        cluster:
          init: optimal
          lloyd: 0
          exclude-layers: []
          depthwise: false
        recalibrate:
          images: 1000
        drop-blocks:
          images: 256
        replace-head:
          freeze: true
        quantize:
          images: 1000
          percentile: 100
        grid:
          sparsity: [0.5]
          scope: [flat]
          fine-tune-epochs: [0]
          centroids: [none]
        seeds: [1]
        objectives:
          maximize: [val/accuracy]
          minimize: [size/compressed_bytes]
        controls: false
        checkpoints: continuable
        """;
    assertEquals(expected, SpecFile.write(SpecFile.parse("x.yaml", SMALL, List.of())));
  }

  @Test
  void takesFineTuningFromTheBaselineAndClusteringFromPruning() throws ConfigException {
    SweepSpec spec = SpecFile.parse("x.yaml", FULL, List.of("cluster={}"));
    Recipe fineTune = FineTuneStep.recipe(spec.defaults("fine-tune"), new Load("any", "any", null));
    assertEquals(new Schedule.Cosine(new BigDecimal("0.01"), 0), fineTune.learningRate());
    assertEquals(16, fineTune.batch());
    assertEquals(new BigDecimal("0.8"), fineTune.momentum());
    assertEquals(new BigDecimal("0.0001"), fineTune.weightDecay());
    assertEquals(false, fineTune.flip());
    assertEquals(1, fineTune.shift());
    assertEquals(6, TrainOptions.recipe(baseline(spec)).shift());
    assertEquals(List.of("*/down", "stem"), spec.defaults("prune").get(PruneStep.LAYERS.exclude));
    assertEquals(true, spec.defaults("prune").get(PruneStep.LAYERS.depthwise));
    assertEquals(
        List.of("*/down", "stem"), spec.defaults("cluster").get(ClusterStep.LAYERS.exclude));
    assertEquals(false, spec.defaults("cluster").get(ClusterStep.LAYERS.depthwise));
  }

  @Test
  void readsAnOwnNetwork() throws ConfigException {
    String text = "name: own\ndataset: {name: mnist}\nbaseline: {from: nets/own.zip, batch: 8}\n";
    SweepSpec spec = SpecFile.parse("x.yaml", text + "grid: {centroids: [none, 4]}", List.of());
    assertEquals(new Baseline.From("nets/own.zip", new BaselineInput.OfFile()), spec.baseline());
    assertEquals(List.of(), spec.models());
    assertEquals(
        8, FineTuneStep.recipe(spec.defaults("fine-tune"), new Load("any", "any", null)).batch());
    assertEquals(2, Cells.of(spec).size());
    assertEquals(spec, SpecFile.parse("spec.yaml", SpecFile.write(spec), List.of()));
  }

  @Test
  void readsHowAnOwnNetworkSeesItsImages() throws ConfigException {
    String text =
        "name: own\ndataset: {name: mnist}\nbaseline: {from: own.zip}\ngrid: {centroids: 4}\n";
    for (String input : List.of("file", "data", "{mean: 0, deviation: [0.5, 0.50, 0.25]}")) {
      SweepSpec spec = SpecFile.parse("x.yaml", text, List.of("baseline.input=" + input));
      assertEquals(spec, SpecFile.parse("spec.yaml", SpecFile.write(spec), List.of()));
      BaselineInput expected =
          switch (input) {
            case "file" -> new BaselineInput.OfFile();
            case "data" -> new BaselineInput.OfData();
            default ->
                new BaselineInput.Given(
                    List.of(BigDecimal.ZERO),
                    Stream.of("0.5", "0.5", "0.25").map(BigDecimal::new).toList());
          };
      assertEquals(new Baseline.From("own.zip", expected), spec.baseline());
    }
  }

  @Test
  void knowsTheLineOfEachValueOnceItIsRead(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.yaml"), SMALL);
    ConfigFile config =
        SpecFile.open(file.toString(), List.of("prune.exclude-layers=[a, b]", "baseline.batch=8"));
    List<String> lines = Files.readAllLines(file);
    for (int line = 0; line < lines.size(); line++) {
      String key = lines.get(line).replaceFirst(":.*", "");
      if (key.matches("[a-z-]+")) {
        String problem = key + ".nowhere[7].to-be-found: must differ, found: nothing";
        assertEquals(file + ":" + (line + 1) + ": " + problem, config.locate(problem));
      }
    }
    assertEquals(
        "--set prune.exclude-layers: prune.exclude-layers: b",
        config.locate("prune.exclude-layers: b"));
    assertEquals("--set baseline.batch: baseline.batch: 8", config.locate("baseline.batch: 8"));
    assertEquals(file + ": cluster.depthwise: x", config.locate("cluster.depthwise: x"));
    assertEquals(file + ": no path at all", config.locate("no path at all"));
  }

  @Test
  void keepsDecimalNumbersAsWritten() throws ConfigException {
    SweepSpec spec =
        SpecFile.parse(
            "x.yaml", SMALL, List.of("grid.sparsity=[0.1, 0.30000000000000001, 9.0e-1, 0.70]"));
    assertEquals(
        Stream.of("0.1", "0.30000000000000001", "0.9", "0.7").map(BigDecimal::new).toList(),
        axis(spec, 0, PruneOptions.SPARSITY));
  }

  @Test
  void cutsExcludedCellsAndAddsIncludedOnes() throws ConfigException {
    SweepSpec spec =
        SpecFile.parse(
            "x.yaml",
            SMALL,
            List.of(
                "grid={sparsity: [0, 0.5], centroids: [none, 4, 8]}",
                "exclude=[{sparsity: 0, centroids: [4, 8]}, {sparsity: 0.5, centroids: none}]",
                "include=[{sparsity: 0.9, centroids: 2}, {sparsity: 0.7}, {centroids: 4}]"));
    List<String> cells =
        Cells.of(spec).stream()
            .map(
                cell ->
                    cell.steps().get(0).values().get(PruneOptions.SPARSITY)
                        + " "
                        + cell.steps().get(2).values().get(ClusterStep.CENTROIDS))
            .toList();
    assertEquals(
        List.of("0 0", "0.5 4", "0.5 8", "0.9 2", "0.7 0", "0.7 4", "0.7 8", "0 4"), cells);
  }

  @Test
  void overridesKeysAndNamesThemInProblems() throws ConfigException {
    SweepSpec spec =
        SpecFile.parse(
            "x.yaml",
            SMALL,
            List.of("baseline.epochs=1", "baseline.epochs=7", "prune.depthwise=true", "seeds=[3]"));
    assertEquals(7, baseline(spec).get(TrainOptions.EPOCHS));
    assertTrue(spec.defaults("prune").get(PruneStep.LAYERS.depthwise));
    assertEquals(List.of(3L), spec.seeds());

    assertEquals(
        List.of(
            "x.yaml:1: nam: unknown key; did you mean name?",
            "--set grid.sparsity: grid.sparsity[1]: must be in [0, 1), found 1.5",
            "--set grid.scop: grid.scop: unknown key; did you mean scope?",
            "--set seeds.first: seeds: must be a map to set a key in it, found a list",
            "--set nonsense: must be path=value, such as grid.sparsity=[0,0.5], found nonsense",
            "--set grid.centroids: grid.centroids: is not YAML: expected the node content, but found"
                + " '<stream end>'"),
        problems(
            "nam: x\n" + SMALL + "seeds: [1]\n",
            "grid.sparsity=[0,1.5]",
            "grid.scop=flat",
            "seeds.first=1",
            "nonsense",
            "grid.centroids=["));
  }

  @Test
  void overridesWhatIsEmptyAndKeepsQuietAboutWhatIsBroken() throws ConfigException {
    SweepSpec spec = SpecFile.parse("x.yaml", SMALL + "prune:\n", List.of("prune.depthwise=true"));
    assertTrue(spec.defaults("prune").get(PruneStep.LAYERS.depthwise));
    assertEquals(
        List.of("x.yaml:1: is not YAML: expected the node content, but found '<stream end>'"),
        problems("name: [", "name=small"));
  }

  private static List<String> problems(String text, String... overrides) {
    return assertThrows(
            ConfigException.class, () -> SpecFile.parse("x.yaml", text, List.of(overrides)))
        .problems();
  }

  @Test
  void readsPastAByteOrderMarkAndWindowsLineEnds(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("x.yaml");
    Files.writeString(file, "\uFEFF" + SMALL.replace("\n", "\r\n"));
    assertEquals(SpecFile.parse("x", SMALL, List.of()), SpecFile.read(file, List.of()));
  }

  @Test
  void saysThatThereIsNoFileOrAHugeOne(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("x.yaml");
    ConfigException none =
        assertThrows(ConfigException.class, () -> SpecFile.read(file, List.of()));
    assertEquals(List.of(file + ": must be a file, found none"), none.problems());
    Files.write(file, new byte[(1 << 20) + 1]);
    ConfigException huge =
        assertThrows(ConfigException.class, () -> SpecFile.read(file, List.of()));
    assertEquals(List.of(file + ": must have at most 1048576 bytes, found more"), huge.problems());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void readsNoDeviceToItsEnd() {
    Path zero = Path.of("/dev/zero");
    ConfigException e = assertThrows(ConfigException.class, () -> SpecFile.read(zero, List.of()));
    assertEquals(List.of("/dev/zero: must have at most 1048576 bytes, found more"), e.problems());
  }

  @Test
  void countsTheProblemsThatNobodyWouldRead() {
    StringBuilder text = new StringBuilder("name: &a [x]\nseeds:\n");
    for (int i = 0; i < 1_000; i++) {
      text.append("  - *a\n");
    }
    List<String> problems = problems(text.toString());
    assertEquals(Problems.SHOWN + 1, problems.size());
    assertEquals(
        "x.yaml:3: seeds[0]: must be written out, found the YAML alias *a",
        problems.stream().filter(problem -> problem.contains("alias")).findFirst().orElseThrow());
    assertEquals("and 955 more", problems.get(Problems.SHOWN));
  }

  @Test
  void namesTheLineOfEveryControlCharacter() {
    String text = "name: a\r\n# \u0007\nseeds: [1]\n\n\nmodel: \u0000 \uFFFE\n";
    assertEquals(
        List.of(
            "x.yaml:2: must be text without control characters, found U+0007",
            "x.yaml:6: must be text without control characters, found U+0000",
            "x.yaml:6: must be text without control characters, found U+FFFE"),
        problems(text).stream().filter(problem -> problem.contains("control")).toList());
    assertTrue(
        problems(SMALL, "name=a\u001bb")
            .contains("--set name: name: must be text without control characters, found U+001B"));
  }

  /** Whatever is in a file, it is a spec that can be written and read again, or has problems. */
  @Test
  void survivesHundredsOfSlipsOfTheKeyboard() {
    SplittableRandom random = new SplittableRandom(7);
    String keys = "abz019.,:-[]{}&*!|>'\"%@#? \n\t\\~=<\u0001\u2028";
    int read = 0;
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder(FULL);
      for (int slips = 1 + random.nextInt(3); slips > 0; slips--) {
        int at = random.nextInt(text.length());
        char key = keys.charAt(random.nextInt(keys.length()));
        text.replace(at, at + random.nextInt(2), String.valueOf(key));
      }
      try {
        SweepSpec spec = SpecFile.parse("x.yaml", text.toString(), List.of());
        assertEquals(
            spec, SpecFile.parse("x.yaml", SpecFile.write(spec), List.of()), text::toString);
        read++;
      } catch (ConfigException e) {
        assertFalse(e.problems().isEmpty());
      }
    }
    assertTrue(read > 5 && read < 250, "read " + read);
  }
}
