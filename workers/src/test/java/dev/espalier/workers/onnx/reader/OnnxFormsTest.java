package dev.espalier.workers.onnx.reader;

import static dev.espalier.workers.onnx.reader.Graphs.integer;
import static dev.espalier.workers.onnx.reader.Graphs.integers;
import static dev.espalier.workers.onnx.reader.Graphs.number;
import static dev.espalier.workers.onnx.reader.Graphs.tensor;
import static dev.espalier.workers.onnx.reader.Graphs.whole;
import static dev.espalier.workers.onnx.reader.Graphs.word;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.onnxruntime.OrtException;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Layer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.TensorProto.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Forms that the exporters of the golden files do not write: of operator set 18, of tf2onnx, and of
 * exporters that keep more or less. They are written by hand; ONNX Runtime says what they mean.
 */
class OnnxFormsTest {
  private static final int CLASSES = 4;

  @TempDir private Path folder = Path.of("");

  private static DataFacts images(int height, int width, int channels) {
    return new DataFacts("test", "0", height, width, channels, CLASSES, 10, 10, 10);
  }

  @Test
  void readsInputsInsteadOfAttributesOfOperatorSet18() throws Exception {
    Graphs graph =
        new Graphs(18, DataType.FLOAT, 0, 3, 9, 8)
            .drawn("w", 6, 3, 3, 3)
            .integers("pads", 1, 0, 0, 2)
            .integers("axes", 2, 3)
            .floats("zero", new float[] {0})
            .floats("six", new float[] {6})
            .drawn("v", CLASSES, 6)
            .node("Pad", "x pads zero axes", "padded")
            .node("Conv", "padded w", "c")
            .node("Clip", "c zero six", "clipped")
            .node("ReduceMean", "clipped axes", "mean", integer("keepdims", 0))
            .node("Dropout", "mean", "dropped", integer("seed", 3))
            .node("Gemm", "dropped v", "scores", integer("transB", 1))
            .node("Softmax", "scores", "p")
            .output("p", CLASSES);
    assertEquals(
        """
        network 9x8x3
        pad padded < input top 1 bottom 0 left 0 right 2
        conv c < padded channels 3 -> 6 kernel 3 stride 1 padding 0 bias false relu6
        mean-pool mean < c
        output scores < mean values 6 -> 4 softmax
        """,
        table(graph, images(9, 8, 3)));
  }

  @Test
  void readsTheFormsOfTf2onnx() throws Exception {
    Graphs graph =
        new Graphs(15, DataType.FLOAT, 0, 12, 13, 3)
            .floats("rescaling", new float[] {1 / 255f})
            .floats("mean", new float[] {0.5f, 0.4f, 0.3f}, 3)
            .drawn("w", 6, 3, 3, 3)
            .drawn("d", 6, 1, 3, 3)
            .drawn("conv_bias", 1, 6, 1, 1)
            .drawn("v", 6 * 3 * 4, CLASSES)
            .drawn("bias", CLASSES)
            .integers("shape", -1, 6 * 3 * 4)
            .node("Mul", "x rescaling", "scaled")
            .node("Sub", "scaled mean", "centered")
            .node("Transpose", "centered", "turned", integers("perm", 0L, 3L, 1L, 2L))
            .node("Conv", "turned w", "c", strides(2), word("auto_pad", "SAME_UPPER"))
            .node("Add", "conv_bias c", "biased")
            .node("Relu", "biased", "relu")
            .node("Conv", "relu d", "deep", strides(2), word("auto_pad", "SAME_LOWER"), group(6))
            .node("Transpose", "deep", "back", integers("perm", 0L, 2L, 3L, 1L))
            .node("Reshape", "back shape", "flat")
            .node("MatMul", "flat v", "product")
            .node("Add", "product bias", "scores")
            .node("Softmax", "scores", "p")
            .output("p", CLASSES);
    OnnxNetwork read = Agreement.assertAgrees(graph.in(folder), images(12, 13, 3), 255);
    assertEquals(
        """
        network 12x13x3
        pad c.pad < input top 0 bottom 1 left 1 right 1
        conv c < c.pad channels 3 -> 6 kernel 3 stride 2 padding 0 bias true relu
        depthwise deep < c channels 6 kernel 3 stride 2
        output product < deep values 72 -> 4 softmax
        """,
        read.weighted().network().canonical());
    Channel second = Objects.requireNonNull(read.normalization()).channels().get(1);
    assertEquals(0.4, second.mean(), 1e-7);
    assertEquals(1, second.deviation(), 1e-7);
  }

  @Test
  void readsTheHeadOfKerasThroughPoolingAndSqueeze() throws Exception {
    Graphs graph =
        new Graphs(13, DataType.UINT8, 0, 6, 5, 1)
            .floats("divisor", new float[] {127.5f})
            .floats("one", new float[] {1})
            .drawn("w", 7, 1, 3, 3)
            .drawn("v", CLASSES, 7, 1, 1)
            .drawn("bias", CLASSES)
            .integers("axes", -2, -1)
            .node("Cast", "x", "floats", integer("to", DataType.FLOAT_VALUE))
            .node("Div", "floats divisor", "divided")
            .node("Sub", "divided one", "centered")
            .node("Transpose", "centered", "turned", integers("perm", 0L, 3L, 1L, 2L))
            .node("Conv", "turned w", "c", word("auto_pad", "VALID"))
            .node("GlobalAveragePool", "c", "mean")
            .node("Conv", "mean v bias", "head")
            .node("Squeeze", "head axes", "scores")
            .output("scores", CLASSES);
    OnnxNetwork read = Agreement.assertAgrees(graph.in(folder), images(6, 5, 1));
    assertEquals(List.of(new Channel(0.5, 0.5)), rounded(read));
  }

  private static List<Channel> rounded(OnnxNetwork read) {
    return Objects.requireNonNull(read.normalization()).channels().stream()
        .map(c -> new Channel((float) c.mean(), (float) c.deviation()))
        .toList();
  }

  @Test
  void foldsAChainOfSizes() throws Exception {
    Graphs graph =
        new Graphs(9, DataType.FLOAT, 0, 2, 4, 3)
            .drawn("v", 24, CLASSES)
            .drawn("bias", 1, CLASSES)
            .node("Identity", "x", "same")
            .node("Shape", "same", "sizes")
            .node("Slice", "sizes", "images", integers("starts", 0L), integers("ends", 1L))
            .node("Cast", "images", "cast", integer("to", DataType.INT32_VALUE))
            .node("Constant", "", "zero", tensor("value", whole("", List.of(), 0)))
            .node("Gather", "cast zero", "count", integer("axis", 0))
            .node("Unsqueeze", "count", "list", integers("axes", 0L))
            .node("Cast", "list", "long", integer("to", DataType.INT64_VALUE))
            .node("Constant", "", "rest", tensor("value", whole("", List.of(1L), -1)))
            .node("Concat", "long rest", "shape", integer("axis", 0))
            .node("Reshape", "same shape", "flat")
            .node("Gemm", "flat v bias", "scores", number("alpha", 0.5f), number("beta", -2))
            .output("scores", CLASSES);
    OnnxNetwork read = Agreement.assertAgrees(graph.in(folder), images(4, 3, 2));
    assertNull(read.normalization());
  }

  @Test
  void putsNumbersOfChannelsIntoRowsOrBetweenThem() throws Exception {
    Graphs graph =
        new Graphs(13, DataType.FLOAT, 0, 3, 8, 8)
            .drawn("w", 5, 3, 3, 3)
            .drawn("s", 5, 1, 1)
            .drawn("t", 1, 5, 1, 1)
            .floats("two", new float[] {2})
            .drawn("v", 5 * 9, CLASSES)
            .node("Conv", "x w", "c", integers("pads", 1L, 1L, 1L, 1L))
            .node("Mul", "c s", "scaled")
            .node("Sub", "t scaled", "turned")
            .node("Relu", "turned", "relu")
            .node("MaxPool", "relu", "pool", kernel(3), strides(2))
            .node("Div", "pool two", "half")
            .node("Relu", "half", "again")
            .node("Flatten", "again", "flat")
            .node("MatMul", "flat v", "product")
            .node("Mul", "product two", "scores")
            .output("scores", CLASSES);
    assertEquals(
        """
        network 8x8x3
        conv c < input channels 3 -> 5 kernel 3 stride 1 padding 1 bias true relu
        max-pool pool < c size 3 stride 2
        depthwise half < pool channels 5 kernel 1 stride 1 bias relu
        output product < half values 45 -> 4 softmax
        """,
        table(graph, images(8, 8, 3)));
  }

  @Test
  void readsNormsSumsAndActivationsOfVectors() throws Exception {
    Graphs graph =
        new Graphs(13, DataType.FLOAT, 0, 3, 2, 2)
            .drawn("a", 6, 12)
            .drawn("b", 6, 12)
            .floats("gamma", new float[] {1, 2, 0.5f, 1, 1, 1}, 6)
            .drawn("beta", 6)
            .drawn("mean", 6)
            .floats("var", new float[] {1, 2, 0.5f, 1, 1, 1}, 6)
            .drawn("v", CLASSES, 6)
            .node("Flatten", "x", "flat", integer("axis", -3))
            .node("Gemm", "flat a", "first", integer("transB", 1))
            .node("Gemm", "flat b", "second", integer("transB", 1))
            .node("BatchNormalization", "first gamma beta mean var", "n", number("epsilon", 1e-3f))
            .node("Add", "n second", "sum")
            .node("Relu", "sum", "relu")
            .node("Gemm", "relu v", "scores", integer("transB", 1))
            .output("scores", CLASSES);
    OnnxNetwork read = Agreement.assertAgrees(graph.in(folder), images(2, 2, 3));
    Layer norm = read.weighted().network().layers().get(2);
    assertEquals("norm n < first channels 6 epsilon 0.001 decay 0.9 identity", norm.canonical());
  }

  @Test
  void readsTwoOutputsOfOneRow() throws Exception {
    Graphs graph =
        new Graphs(13, DataType.FLOAT, 0, 1, 3, 3)
            .drawn("v", CLASSES, 9)
            .node("Flatten", "x", "flat")
            .node("Gemm", "flat v", "scores", integer("transB", 1))
            .node("Softmax", "scores", "p", integer("axis", 1))
            .output("scores", CLASSES)
            .output("p", CLASSES);
    Agreement.assertAgrees(graph.in(folder), images(3, 3, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void slidesSquaresAsOnnxRuntimeDoes(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 12; i++) {
      int height = random.nextInt(5, 12);
      int width = random.nextInt(5, 12);
      int size = random.nextInt(2, 5);
      String type = List.of("MaxPool", "AveragePool", "Conv").get(random.nextInt(3));
      Graphs graph = new Graphs(13, DataType.FLOAT, 0, 2, height, width);
      boolean convolves = type.equals("Conv");
      if (convolves) {
        graph.drawn("w", 2, 2, size, size);
      }
      graph.node(type, convolves ? "x w" : "x", "y", window(random, type, size));
      graph.node("GlobalAveragePool", "y", "mean").node("Flatten", "mean", "flat");
      graph.drawn("v", 2, CLASSES).node("MatMul", "flat v", "scores").output("scores", CLASSES);
      Agreement.assertAgrees(graph.in(folder), images(height, width, 2));
    }
  }

  private static AttributeProto[] window(SplittableRandom random, String type, int size) {
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(kernel(size));
    attributes.add(strides(random.nextInt(1, 4)));
    int mode = random.nextInt(5);
    if (mode < 3) {
      attributes.add(
          integers(
              "pads",
              (long) random.nextInt(size),
              (long) random.nextInt(size),
              (long) random.nextInt(size),
              (long) random.nextInt(size)));
    } else {
      attributes.add(word("auto_pad", mode == 3 ? "SAME_UPPER" : "SAME_LOWER"));
    }
    if (!type.equals("Conv")) {
      attributes.add(integer("ceil_mode", mode < 3 ? random.nextInt(2) : 0));
    }
    if (type.equals("AveragePool")) {
      attributes.add(integer("count_include_pad", random.nextInt(2)));
    }
    return attributes.toArray(new AttributeProto[0]);
  }

  private String table(Graphs graph, DataFacts data) throws IOException, OrtException {
    return Agreement.assertAgrees(graph.in(folder), data).weighted().network().canonical();
  }

  private static AttributeProto kernel(long size) {
    return integers("kernel_shape", size, size);
  }

  private static AttributeProto strides(long stride) {
    return integers("strides", stride, stride);
  }

  private static AttributeProto group(long groups) {
    return integer("group", groups);
  }
}
