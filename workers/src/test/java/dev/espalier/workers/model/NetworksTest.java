package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworksTest {
  /** Published for width 1 (pytorch-cifar, torchvision); the others counted in PyTorch. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 1, 11173962",
    "resnet18, 0.5, 2797610",
    "resnet18, 0.25, 701466",
    "resnet18, 0.125, 176402",
    "mobilenetv2, 1, 2236682",
    "mobilenetv2, 0.5, 700490",
    "mobilenetv2, 0.35, 408938"
  })
  void countsTheTrainableParametersOfCifarNetworks(
      String architecture, BigDecimal width, long parameters) {
    assertEquals(parameters, network(architecture, width.toString(), 32, 3).parameters());
  }

  @Test
  void countsTheMultiplyAccumulatesOfCifarNetworks() {
    assertEquals(555_422_720L, network("resnet18", "1", 32, 3).macs());
    assertEquals(87_976_448L, network("mobilenetv2", "1", 32, 3).macs());
  }

  @Test
  void countsTheParametersOfTheMnistNetwork() {
    Network network = network("mnist-cnn", "1", 28, 1);
    long weights =
        network.layout().stream().filter(p -> p.kind().isKernel()).mapToLong(Parameter::size).sum();
    assertEquals(421_642, network.parameters());
    assertEquals(421_408, weights);
  }

  @Test
  void leavesRunningStatisticsOutOfTheTrainableParameters() {
    long statistics =
        network("resnet18", "0.25", 32, 3).layout().stream()
            .filter(p -> !p.trainable())
            .mapToLong(Parameter::size)
            .sum();
    assertEquals(703_866 - 701_466, statistics, "as Deeplearning4j counts them");
  }

  @ParameterizedTest
  @CsvSource({"16, 3", "28, 1", "8, 3", "33, 3"})
  void buildsEveryArchitectureForSmallAndGreyImages(int size, int channels) {
    for (String architecture : Networks.architectures()) {
      Network network = network(architecture, "0.25", size, channels);
      assertEquals(10, network.classes());
      Set<String> names = new HashSet<>();
      network.layout().forEach(p -> assertTrue(names.add(p.name()), p.name()));
    }
  }

  @Test
  void namesTheLayerThatAWidthLeavesWithoutChannels() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> network("resnet18", "0.007", 32, 3));
    assertEquals(
        "model.width: must leave every layer at least 1 channel, found 0.007, which leaves none of"
            + " the 64 of stem.conv",
        e.getMessage());
  }

  @Test
  void roundsChannelsHalfUp() {
    // 64 x 0.0078125 = 0.5
    assertEquals(1, network("resnet18", "0.0078125", 32, 3).layout().get(0).shape().get(0));
  }

  @Test
  void listsTheArchitecturesWhereOneIsUnknown() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> network("resnet81", "1", 32, 3));
    assertEquals(
        "model.architecture: must be one of resnet18, mobilenetv2, mnist-cnn, found resnet81",
        e.getMessage());
  }

  @Test
  void refusesImagesThatAreTooSmall() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> network("mnist-cnn", "1", 3, 1));
    assertEquals("pool2: must read images of at least 2x2 pixels, found 1x1", e.getMessage());
  }

  @Test
  void digestsEqualTablesEquallyAndOthersNot() {
    String digest = network("mobilenetv2", "0.35", 32, 3).digest();
    assertEquals(digest, network("mobilenetv2", "0.350", 32, 3).digest());
    assertNotEquals(digest, network("mobilenetv2", "0.35", 28, 3).digest());
    assertNotEquals(digest, network("mobilenetv2", "0.5", 32, 3).digest());
  }

  @Test
  void writesTheTableAsText() {
    Network network = network("mnist-cnn", "1", 28, 1);
    assertEquals(
        """
        network 28x28x1
        conv conv1 < input channels 1 -> 32 kernel 3 stride 1 padding 1 bias true relu
        max-pool pool1 < conv1 size 2
        conv conv2 < pool1 channels 32 -> 64 kernel 3 stride 1 padding 1 bias true relu
        max-pool pool2 < conv2 size 2
        dense dense1 < pool2 values 3136 -> 128 relu
        output dense2 < dense1 values 128 -> 10 softmax
        """,
        network.canonical());
  }

  @Test
  void refusesATableWhoseRowsDoNotFit() {
    List<Layer> layers = List.of(new Layer.Output("classifier", Network.INPUT, 5, 2));
    Exception e = assertThrows(IllegalArgumentException.class, () -> new Network(2, 2, 1, layers));
    assertEquals("classifier: must read 5 values, found 4", e.getMessage());
  }

  static Network network(String architecture, String width, int size, int channels) {
    DataFacts data = new DataFacts("test", "0", size, size, channels, 10, 100, 10, 10);
    return Networks.of(new Model(architecture, new BigDecimal(width)), data);
  }
}
