package dev.espalier.workers.onnx.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.OnnxModel;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code pick --export} writes as {@code model.onnx} comes back as the same function. */
class OwnExportsTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.0625, 32, 3",
    "mobilenetv2, 0.1, 32, 3",
    "mnist-cnn, 0.5, 28, 1",
    "mnist-cnn, 0.25, 13, 3"
  })
  void ofOurArchitectures(String name, BigDecimal width, int size, int channels) throws Exception {
    DataFacts data = new DataFacts("test", "0", size, size, channels, 10, 10, 10, 10);
    assertComesBack(Networks.of(new Model(name, width), data));
  }

  @Test
  void ofEveryRowInEveryPlace() throws Exception {
    assertComesBack(Nets.everything());
  }

  private void assertComesBack(Network network) throws Exception {
    int channels = network.channels();
    List<Channel> normalization =
        IntStream.range(0, channels)
            .mapToObj(c -> new Channel(0.3 + 0.01 * c, 0.2 + 0.02 * c))
            .toList();
    List<String> labels =
        IntStream.range(0, network.classes()).mapToObj(c -> "class " + c).toList();
    WeightedNetwork weighted = new WeightedNetwork(network, Nets.values(network, 5));
    byte[] content = OnnxModel.encode(weighted, normalization, labels, Map.of("trial", "some"));
    DataFacts data =
        new DataFacts(
            "test",
            "0",
            network.height(),
            network.width(),
            channels,
            network.classes(),
            10,
            10,
            10);
    OnnxNetwork read =
        Agreement.assertAgrees(Graphs.write(folder.resolve("model.onnx"), content), data);
    assertEquals(labels, read.labels());
    List<Channel> found = Objects.requireNonNull(read.normalization()).channels();
    for (int c = 0; c < channels; c++) {
      assertEquals(normalization.get(c).mean(), found.get(c).mean(), 1e-7);
      assertEquals(normalization.get(c).deviation(), found.get(c).deviation(), 1e-7);
    }
  }
}
