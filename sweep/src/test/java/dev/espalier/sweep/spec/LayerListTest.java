package dev.espalier.sweep.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.workers.facts.Architecture;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks as lists of layers in a config. */
class LayerListTest {
  private static final String START =
      "name: x\ndataset: {name: shapes}\nbaseline: {epochs: 1}\ngrid: {sparsity: [0, 0.5]}\n";

  private static SweepSpec read(String model) throws ConfigException {
    return SpecFile.parse("x.yaml", START + "model: " + model, List.of());
  }

  private static List<String> problems(String model, String... overrides) {
    return assertThrows(
            ConfigException.class,
            () -> SpecFile.parse("x.yaml", START + "model: " + model, List.of(overrides)))
        .problems();
  }

  /**
   * The networks of EdgeMark (arXiv 2502.01700), with the counts of its sheet "Metadata - Models".
   * Its MACs are half the operations of TensorFlow's profiler, which counts a multiplication and an
   * addition each, the addition of each bias, one for each value that a pool reads, and for softmax
   * five a class.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "conv 4 3 stride 2, conv 6 3 stride 2, conv 8 3 stride 2, global-average-pool;"
            + " 28; 28; 1; 10; 792; 25329",
        "conv 6 3 stride 2, conv 8 3 stride 2, conv 8 3 stride 2, conv 10 3 stride 2;"
            + " 28; 28; 1; 10; 2224; 45146",
        "conv 4 3, conv 8 3 stride 2, conv 12 3 stride 2, conv 16 3 stride 2, conv 20 3 stride 2;"
            + " 28; 28; 1; 10; 6666; 169820",
        "conv 8 3, conv 8 3 stride 2, conv 16 3, conv 16 3 stride 2, conv 32 3,"
            + " global-average-pool, dense 64, dense 16; 28; 28; 1; 10; 12114; 744574",
        "conv 16 3, conv 16 3, max-pool 2, conv 32 3 stride 2, conv 32 3, global-average-pool,"
            + " dense 64, dense 32; 32; 32; 3; 10; 21178; 3718542",
        "conv 16 3, conv 16 3, max-pool 2, conv 32 3, conv 32 3, max-pool 2, conv 64 3,"
            + " global-average-pool, dense 100, dense 50; 32; 32; 3; 10; 47212; 7573221",
        "conv 16 3, conv 16 3, max-pool 2, conv 32 3, conv 32 3, max-pool 2, conv 64 3, conv 64 3,"
            + " max-pool 2, conv 128 3, global-average-pool, dense 128, dense 64;"
            + " 32; 32; 3; 10; 171354; 11129598",
        "''; 1; 1; 1; 1; 2; 1",
        "dense 5; 1; 1; 1; 1; 16; 13",
        "dense 10, dense 10; 1; 1; 1; 1; 141; 130",
        "dense 16, dense 8; 1; 1; 50; 10; 1042; 1050",
        "dense 32, dense 16; 1; 1; 50; 10; 2330; 2326",
        "dense 64, dense 32, dense 16; 1; 1; 13; 1; 3521; 3464",
        "dense 64, dense 64, dense 64; 1; 1; 13; 1; 9281; 9184",
        "dense 64, dense 32, dense 16; 1; 1; 128; 10; 11034; 10998",
        "dense 128, dense 128, dense 128; 1; 1; 13; 1; 34945; 34752",
        "dense 60, dense 32, dense 16; 28; 28; 1; 10; 49750; 49716",
        "dense 64, dense 32, dense 16; 32; 32; 3; 10; 199450; 199414"
      })
  void hasThePublishedCounts(
      String layers, int height, int width, int channels, int outputs, long parameters, long macs)
      throws ConfigException {
    DataFacts data = new DataFacts("any", "0", height, width, channels, outputs, 1, 1, 1);
    Network network = Networks.of(read("{layers: [" + layers + "]}").models().get(0), data);
    assertEquals(parameters, network.parameters());
    assertEquals(macs, profiled(network) / 2);
  }

  private static long profiled(Network network) {
    Map<String, Shape> shapes = network.shapes();
    long biases =
        network.layout().stream()
            .filter(parameter -> parameter.key().equals("b"))
            .mapToLong(parameter -> size(shapes, parameter.layer()))
            .sum();
    long pooled =
        network.layers().stream()
            .filter(row -> row instanceof Layer.GlobalAveragePool || row instanceof Pool)
            .mapToLong(layer -> size(shapes, layer.inputs().get(0)))
            .sum();
    long softmax = network.classes() == 1 ? 0 : 5L * network.classes();
    return 2 * network.macs() + biases + pooled + softmax;
  }

  private static int size(Map<String, Shape> shapes, String row) {
    return Objects.requireNonNull(shapes.get(row), row).size();
  }

  @Test
  void theFirstOfThemHas24632MacsOfConvolutionAndDenseLayers() throws ConfigException {
    String cnn1 =
        "{layers: [conv 4 3 stride 2, conv 6 3 stride 2, conv 8 3 stride 2, global-average-pool]}";
    DataFacts mnist = new DataFacts("mnist", "0", 28, 28, 1, 10, 1, 1, 1);
    Network network = Networks.of(read(cnn1).models().get(0), mnist);
    assertEquals(24_632, network.macs());
    assertEquals(
        List.of("conv1", "conv2", "conv3", "dense1"),
        network.layout().stream().map(Parameter::layer).distinct().toList());
  }

  @Test
  void readsListsInLinesAndInBracketsAsTheSame() throws ConfigException {
    Model model =
        new Model(
            new Architecture.Listed("layers", List.of("conv 16 3", "max-pool 2", "dense 64")),
            BigDecimal.ONE);
    assertEquals(List.of(model), read("{layers: [conv 16 3, max-pool 2, dense 64]}").models());
    assertEquals(
        List.of(model),
        read("\n  layers:\n    - conv 16 3 relu\n    - 'max-pool 2'\n    - \"dense 64\"").models());
  }

  @Test
  void writesWhatItReads() throws ConfigException {
    SweepSpec spec =
        read("[{name: a, layers: [dense 5 relu, dense 4 linear]}, {layers: [], width: [0.5, 2]}]");
    String written = SpecFile.write(spec);
    assertEquals(
        """
        model:
          - {name: a, layers: ["dense 5", "dense 4 linear"], width: 1}
          - {name: layers, layers: [], width: 0.5}
          - {name: layers, layers: [], width: 2}
        """,
        written.substring(written.indexOf("model:"), written.indexOf("baseline:")));
    assertEquals(spec, SpecFile.parse("spec.yaml", written, List.of()));
  }

  @Test
  void reportsAllLayersThatAreWrongAtTheirPlaces() {
    assertEquals(
        List.of(
            "x.yaml:6: model.layers[0]: must be one of conv CHANNELS KERNEL [stride N]"
                + " [same|valid] [bias|no-bias] [batch-norm] [relu|relu6|linear]; depthwise KERNEL"
                + " [stride N] [same|valid] [bias|no-bias] [batch-norm] [relu|relu6|linear];"
                + " max-pool SIZE [stride N]; average-pool SIZE [stride N]; global-average-pool;"
                + " dense NEURONS [relu|relu6|linear]; dropout RATE, found maxpool 2; did you mean max-pool?",
            "x.yaml:8: model.layers[2]: must have an odd KERNEL, or say valid, found conv 8 2",
            "x.yaml:9: model.layers[3]: must be a layer, such as conv 16 3, found a list"),
        problems("\n  layers: [maxpool 2,\n   conv 8 3,\n   conv 8 2,\n   [dense 3]]"));
  }

  @Test
  void isEitherAnArchitectureOrAList() {
    assertEquals(
        List.of("x.yaml:5: model.architecture: is not allowed with layers, which are one"),
        problems("{architecture: resnet18, layers: [dense 4]}"));
    assertEquals(
        List.of("x.yaml:5: model.name: is not allowed without layers; an architecture has a name"),
        problems("{architecture: resnet18, name: mine}"));
    assertEquals(
        List.of(
            "x.yaml:5: model.architecture: is missing; it must be one of resnet18, mobilenetv2,"
                + " mnist-cnn, or layers must be there"),
        problems("{width: 2}"));
  }

  @Test
  void hasANameOfItsOwn() {
    assertEquals(
        List.of(
            "x.yaml:5: model[1].name: must differ from those of the other lists, found layers"
                + " again"),
        problems("[{layers: [dense 4]}, {layers: [dense 5]}]"));
    assertEquals(
        List.of(
            "x.yaml:5: model[1]: must differ from the other networks, found a of width 1 again"),
        problems("[{name: a, layers: [dense 4]}, {name: a, layers: [dense 4 relu]}]"));
    assertEquals(
        List.of(
            "x.yaml:5: model.name: must be lower-case letters, digits and hyphens (at most 40), and"
                + " no architecture, found mnist-cnn"),
        problems("{name: mnist-cnn, layers: [dense 4]}"));
  }

  @Test
  void isChosenByItsName() throws ConfigException {
    String models = "[{name: a, layers: [dense 4]}, {name: b, layers: []}]";
    SweepSpec spec =
        SpecFile.parse(
            "x.yaml",
            START + "model: " + models,
            List.of("exclude={architecture: b, sparsity: 0.5}"));
    assertEquals(
        List.of("a", "a", "b"),
        Cells.of(spec).stream()
            .map(cell -> cell.model() == null ? "" : cell.model().name())
            .toList());
    assertEquals(
        List.of(
            "--set exclude: exclude.architecture: must be one of resnet18, mobilenetv2, mnist-cnn,"
                + " a, b, found c; did you mean a?"),
        problems(models, "exclude={architecture: c}"));
  }
}
