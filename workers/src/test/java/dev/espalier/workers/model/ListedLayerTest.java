package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.Architecture;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A line of a list is a layer, and a list of lines a table. */
class ListedLayerTest {
  private static final DataFacts GREY = new DataFacts("test", "0", 28, 28, 1, 10, 1, 1, 1);

  @ParameterizedTest
  @CsvSource({
    "conv 16 3 stride 1 same bias relu, conv 16 3",
    "conv 16 3 no-bias batch-norm, conv 16 3 batch-norm",
    "conv 16 3 linear batch-norm bias stride 2 valid, conv 16 3 stride 2 valid bias batch-norm linear",
    "conv 016 1 valid no-bias, conv 16 1 no-bias",
    "depthwise 5 relu6 same, depthwise 5 relu6",
    "max-pool 2 stride 2, max-pool 2",
    "average-pool 3 stride 2, average-pool 3 stride 2",
    "' global-average-pool ', global-average-pool",
    "dense 64 relu, dense 64",
    "dropout .50, dropout 0.5",
    "dense 64 linear, dense 64 linear"
  })
  void hasOneSpelling(String line, String text) {
    assertEquals(text, ListedLayer.read(line).text());
    assertEquals(ListedLayer.read(line), ListedLayer.read(text));
    assertTrue(line.matches(ListedLayer.pattern(ListedLayer.FORMS)), line);
    assertTrue(text.matches(ListedLayer.pattern(ListedLayer.FORMS)), text);
  }

  @Test
  void thePatternRefusesOtherWordsAndMissingNumbers() {
    String pattern = ListedLayer.pattern(ListedLayer.FORMS);
    for (String line :
        List.of("conv 16", "conv 16 3 stride", "convolve 16 3", "max-pool 2 relu", "dense 1.5")) {
      assertFalse(line.matches(pattern), line);
    }
    assertFalse("conv 16 3".matches(ListedLayer.pattern(List.of("dense NEURONS"))));
  }

  @Test
  void takesItsWordsInAnyOrder() {
    List<List<String>> options =
        List.of(
            List.of("stride 3", ""),
            List.of("same", "valid", ""),
            List.of("bias", "no-bias", ""),
            List.of("batch-norm", ""),
            List.of("relu", "relu6", "linear", ""));
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      List<String> words = new ArrayList<>();
      options.forEach(each -> words.add(each.get(random.nextInt(each.size()))));
      ListedLayer layer = ListedLayer.read("conv 4 3 " + String.join(" ", words));
      ListedLayer.Filter expected =
          new ListedLayer.Filter(
              3,
              words.contains("stride 3") ? 3 : 1,
              words.contains("valid"),
              words.contains("bias")
                  || !(words.contains("no-bias") || words.contains("batch-norm")),
              words.contains("batch-norm"),
              words.contains("relu6")
                  ? Layer.Activation.RELU6
                  : words.contains("linear") ? Layer.Activation.IDENTITY : Layer.Activation.RELU);
      assertEquals(new ListedLayer.Convolution(4, expected), layer);
      Collections.shuffle(words, random);
      assertEquals(layer, ListedLayer.read("conv 4 3 " + String.join(" ", words)));
      assertEquals(layer, ListedLayer.read(layer.text()), layer.text());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "conv 16; must be conv CHANNELS KERNEL [stride N] [same|valid] [bias|no-bias] [batch-norm]"
            + " [relu|relu6|linear], found conv 16",
        "conv 16 3 stride; must be conv CHANNELS KERNEL [stride N] [same|valid] [bias|no-bias]"
            + " [batch-norm] [relu|relu6|linear], found conv 16 3 stride",
        "depthwise 3 relu relu6; must be depthwise KERNEL [stride N] [same|valid] [bias|no-bias]"
            + " [batch-norm] [relu|relu6|linear], found depthwise 3 relu relu6",
        "max-pool 2 relu; must be max-pool SIZE [stride N], found max-pool 2 relu",
        "max-pool -2; must be max-pool SIZE [stride N], found max-pool -2",
        "global-average-pool 7; must be global-average-pool, found global-average-pool 7",
        "dropout; must be dropout RATE, found dropout",
        "dropout 1.0; must have RATE in (0, 1), found dropout 1.0",
        "dropout 0; must have RATE in (0, 1), found dropout 0",
        "dense 1.5; must be dense NEURONS [relu|relu6|linear], found dense 1.5",
        "dense 0; must have NEURONS in [1, 65536], found dense 0",
        "dense 99999999999; must have NEURONS in [1, 65536], found dense 99999999999",
        "conv 16 513; must have KERNEL in [1, 512], found conv 16 513",
        "conv 16 3 stride 0; must have stride in [1, 512], found conv 16 3 stride 0",
        "average-pool 1; must have SIZE in [2, 512], found average-pool 1",
        "conv 16 4; must have an odd KERNEL, or say valid, found conv 16 4"
      })
  void saysWhatIsWrong(String line, String problem) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> ListedLayer.read(line));
    assertEquals(problem, e.getMessage());
  }

  @Test
  void listsAllFormsWhereTheFirstWordIsUnknown() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> ListedLayer.read(" "));
    assertEquals(
        "must be one of " + String.join("; ", ListedLayer.FORMS) + ", found an empty text",
        e.getMessage());
  }

  @Test
  void makesRowsWithDefaultsAndNames() {
    assertEquals(
        """
        network 28x28x1
        conv conv1 < input channels 1 -> 8 kernel 3 stride 2 padding 1 bias false identity
        norm conv1-norm < conv1 channels 8 epsilon 1e-5 decay 0.9 relu
        depthwise depthwise1 < conv1-norm channels 8 kernel 3 stride 1 bias relu
        conv conv2 < depthwise1 channels 8 -> 6 kernel 5 stride 1 padding 0 bias true relu6
        average-pool pool1 < conv2 size 3 stride 2
        depthwise depthwise2 < pool1 channels 6 kernel 2 stride 1 padding 0
        norm depthwise2-norm < depthwise2 channels 6 epsilon 1e-5 decay 0.9 identity
        max-pool pool2 < depthwise2-norm size 2
        dense dense1 < pool2 values 6 -> 5 identity
        output dense2 < dense1 values 5 -> 10 softmax
        """,
        network(
                "1",
                "conv 8 3 stride 2 batch-norm",
                "depthwise 3",
                "conv 6 5 valid relu6",
                "average-pool 3 stride 2",
                "depthwise 2 valid batch-norm linear",
                "max-pool 2",
                "dense 5 linear")
            .canonical());
  }

  @Test
  void multipliesChannelsAndNeuronsByTheWidth() {
    assertEquals(
        network("1", "conv 3 3", "depthwise 3", "dense 8").canonical(),
        network("0.5", "conv 5 3", "depthwise 3", "dense 15").canonical());
  }

  @Test
  void isMnistCnnWhereItListsItsLayers() {
    for (String width : List.of("1", "0.25", "3.99")) {
      assertEquals(
          NetworksTest.network("mnist-cnn", width, 28, 1),
          network(width, "conv 32 3", "max-pool 2", "conv 64 3", "max-pool 2", "dense 128"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "global-average-pool, conv 4 3; model.layers[1]: must stand before the first dense or"
            + " global-average-pool, found conv 4 3 after it",
        "conv 4 3, max-pool 16, max-pool 2; model.layers[2]: pool2: must read images of at least"
            + " 2x2 pixels, found 1x1",
        "conv 4 7 valid stride 8, depthwise 5 valid; model.layers[1]: depthwise1: must read images"
            + " of at least 5x5 pixels, found 3x3",
        "dense 4, convolution 3; model.layers[1]: must be one of conv CHANNELS KERNEL",
        "conv 60000 3, conv 65536 3; model.layers[1]: must keep the network to 268,435,456"
            + " parameters and to 134,217,728 values of an image in all layers, found more",
        "conv 60000 1 stride 2, dense 60000; model.layers[1]: must keep the network to 268,435,456"
            + " parameters and to 134,217,728 values of an image in all layers, found more",
        "conv 50000 1 stride 28, dense 6000; model.layers[1]: must keep the network to 268,435,456"
            + " parameters and to 134,217,728 values of an image in all layers, found more"
      })
  void namesTheLayerThatDoesNotFit(String lines, String problem) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> network("1", lines.split(", ", -1)));
    assertTrue(String.valueOf(e.getMessage()).startsWith(problem), e.getMessage());
  }

  @Test
  void namesTheLayerThatAWidthLeavesWithoutChannels() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> network("0.1", "conv 8 3", "dense 4"));
    assertEquals(
        "model.width: must leave every layer at least 1 channel, found 0.1, which leaves none of"
            + " the 4 of dense1",
        e.getMessage());
  }

  private static Network network(String width, String... lines) {
    Architecture listed = new Architecture.Listed("test", List.of(lines));
    return Networks.of(new Model(listed, new BigDecimal(width)), GREY);
  }
}
