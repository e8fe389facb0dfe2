package dev.espalier.workers.onnx.reader;

import static dev.espalier.workers.onnx.reader.Graphs.integer;
import static dev.espalier.workers.onnx.reader.Graphs.integers;
import static dev.espalier.workers.onnx.reader.Graphs.number;
import static dev.espalier.workers.onnx.reader.Graphs.word;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.facts.DataFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no table computes is refused by name, node and position, all of it at once. */
class RefusalsTest {
  private static final DataFacts DATA = new DataFacts("test", "0", 8, 8, 3, 4, 10, 10, 10);

  @TempDir private Path folder = Path.of("");

  @Test
  void namesAllNodesThatItDoesNotKnow() {
    Graphs graph =
        start()
            .node("Sigmoid", "c", "s")
            .node("Mul", "s c", "swish")
            .node("Conv", "swish w2", "after")
            .node("Conv", "c w2", "wide", integers("dilations", 2L, 2L))
            .node("Conv", "c w2", "strip", integers("strides", 1L, 2L))
            .node(
                "MaxPool",
                "c",
                "fused",
                integers("kernel_shape", 1L, 1L),
                word("activation", "Relu"))
            .node("Add", "after wide", "sum")
            .node("Add", "strip fused", "other")
            .node("Add", "sum other", "all")
            .node("Flatten", "all", "flat")
            .drawn("v", 4, 6)
            .node("Gemm", "flat v", "scores", integer("transB", 1))
            .drawn("w2", 6, 6, 3, 3)
            .output("scores", 4);
    assertEquals(
        List.of(
            "node 2 of 12, Sigmoid \"s\": must be of an operator that the documentation of"
                + " baseline.from lists, found Sigmoid",
            "node 5 of 12, Conv \"wide\": the dilations must be 1, found [2, 2]",
            "node 6 of 12, Conv \"strip\": the strides must be two equal numbers in [1, 65536],"
                + " found [1, 2]",
            "node 7 of 12, MaxPool \"fused\": must have only known attributes, found"
                + " \"activation\""),
        problems(graph));
  }

  @Test
  void whatNoOutputNeedsMayBeAnything() throws IOException {
    Graphs graph =
        start()
            .node("Loop", "c", "unknown")
            .node("GlobalAveragePool", "c", "mean")
            .node("Flatten", "mean", "flat")
            .drawn("v", 4, 6)
            .node("Gemm", "flat v", "scores", integer("transB", 1))
            .output("scores", 4);
    assertEquals(4, OnnxFile.read(graph.in(folder), DATA).weighted().network().classes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Conv            | c grouped | group=2           | the groups must be 1, or as many as there are channels and filters, found 2 groups of 6 channels and 6 filters
          Conv            | c uneven  |                   | the kernel must be two equal numbers in [1, 65536], found [3, 1]
          Conv            | c wide    |                   | must have a kernel of at most 8 pixels, found 9
          Conv            | c c       |                   | input 2 must be a constant of floats, found images of c
          Conv            | c         |                   | must have an input 2, found 1
          Conv            | c w2      | strides=0         | the strides must be two equal numbers in [1, 65536], found [0, 0]
          Conv            | c w2      | auto_pad:SAME     | the auto_pad must be NOTSET, VALID, SAME_UPPER or SAME_LOWER, found "SAME"
          Conv            | c w       |                   | the channels of the kernel must be 6, found 3
          BatchNormalization | c six six six | momentum=1 | must have an input 5, found 4
          BatchNormalization | c six six six six | training_mode=1 | the training_mode must be 0, found 1
          BatchNormalization | c six six six six |         | the variances must be at least 0, found -0.5
          Clip            | c one six1 |                  | must clip to [0, 6], or from 0, found [1.0, 6.0]
          Pad             | c         | mode:reflect      | the mode must be constant, found reflect
          AveragePool     | c         | storage_order=1   | the kernel must be two equal numbers in [1, 65536], found []
          ReduceMean      | c         | axes=1            | must be over height and width, axes [2, 3], of images, found axes [1, 1] of images of c
          Transpose       | c         | perm=1            | the perm must name each of 4 axes once, found [1, 1]
          Reshape         | c shape   |                   | must have as many values as before, which were [1, 6, 8, 8], found [1, 7]
          Reshape         | c joined  |                   | must keep the images of a batch apart, found [384, 2]
          Gather          | c one     |                   | input 1 must be a list of whole numbers that are known, found images of c
          Mul             | c x       |                   | must have a constant of floats as an input, found images of c and the input of the graph
          Add             | c pixelwise |                 | a constant must be one number, or one for each of the 6 channels, found the shape [6, 8, 8]
          Div             | c zero    |                   | must divide by a constant without zeros, found zero
          Add             | c x       |                   | must add values of one shape, which lie in one order, found images of c of 8x8x6 and images of input of 8x8x3
          Softmax         | c         |                   | must be over the classes of a vector, found axis -1 of images of c
          Dropout         | c zero one |                  | input 3 must be a constant of whole numbers, found floats of shape []
          Cast            | c         | to=10             | the type must be FLOAT, found FLOAT16
          Relu            | c         | alpha=1           | must have only known attributes, found "alpha"
          MatMul          | c w2      |                   | must read vectors, [batch, values], found images of c
          """)
  void saysWhatANodeMustBe(String type, String inputs, String attribute, String problem) {
    Graphs graph =
        start()
            .drawn("w2", 6, 6, 3, 3)
            .drawn("grouped", 6, 3, 3, 3)
            .drawn("uneven", 6, 6, 3, 1)
            .drawn("wide", 6, 6, 9, 9)
            .floats("six", new float[] {-0.5f, 1, 1, 1, 1, 1}, 6)
            .floats("one", new float[] {1})
            .floats("zero", new float[] {0})
            .floats("six1", new float[] {6})
            .drawn("pixelwise", 6, 8, 8)
            .integers("shape", 0, 7)
            .integers("joined", 384, 2)
            .node(type, inputs, "y", attributes(attribute))
            .output("y", 4);
    assertEquals(List.of("node 2 of 2, %s \"y\": %s".formatted(type, problem)), problems(graph));
  }

  private static AttributeProto[] attributes(String text) {
    if (text == null) {
      return new AttributeProto[0];
    }
    String[] parts = text.split("[=:]", -1);
    if (text.contains(":")) {
      return new AttributeProto[] {word(parts[0], parts[1])};
    }
    long value = Long.parseLong(parts[1]);
    boolean list = List.of("strides", "axes", "perm").contains(parts[0]);
    boolean isFloat = parts[0].equals("momentum");
    return new AttributeProto[] {
      list
          ? integers(parts[0], value, value)
          : isFloat ? number(parts[0], (float) value) : integer(parts[0], value)
    };
  }

  @Test
  void saysWhatAnActivationMustFollow() {
    assertEquals(
        List.of(
            "node 2 of 4, Relu \"r\": an activation must be the only reader of a row, found other"
                + " readers of c"),
        problems(
            start()
                .node("Relu", "c", "r")
                .node("Add", "r c", "s")
                .node("Flatten", "s", "y")
                .output("y", 4)));
    assertEquals(
        List.of(
            "node 3 of 3, Relu \"r\": an activation must follow a row that can have one, found"
                + " mean-pool m < c"),
        problems(
            new Graphs(13, DataType.FLOAT, 0, 3, 8, 8)
                .drawn("w", 6, 3, 3, 3)
                .node("Conv", "x w", "c")
                .node("GlobalAveragePool", "c", "m")
                .node("Relu", "m", "r")
                .output("r", 4)));
  }

  @Test
  void saysWhatTheFileMustBe() {
    Graphs other = new Graphs(13, DataType.FLOAT16, 0, 3, 8, 8).output("x", 4);
    assertEquals(
        List.of("the input must be of the type FLOAT or UINT8, found FLOAT16"), problems(other));
    assertEquals(
        List.of(
            "the input must be images of the data, [batch, 3, 8, 8] or [batch, 8, 8, 3], found [n,"
                + " 3, 224, 224]"),
        problems(new Graphs(13, DataType.FLOAT, 0, 3, 224, 224).output("x", 4)));
    assertEquals(
        List.of(
            "the operator set must be in [7, 25], found 6",
            "output \"x\": must be vectors, [batch, classes], found the input of the graph"),
        problems(new Graphs(6, DataType.FLOAT, 0, 3, 8, 8).output("x", 4)));
    assertEquals(
        List.of("output \"c\": must be vectors, [batch, classes], found images of c"),
        problems(start().output("c", 4)));
    assertEquals(
        List.of(
            "the outputs must be what a dense layer without activation gives (Gemm, or MatMul and"
                + " Add), or its Softmax, found conv c < input channels 3 -> 6 kernel 3 stride 1"
                + " padding 1 bias false identity"),
        problems(start().node("Flatten", "c", "y").output("y", 4)));
    assertEquals(
        List.of("must have 4 classes, as the data has, found 5"),
        problems(
            start()
                .node("Flatten", "c", "f")
                .drawn("v", 384, 5)
                .node("MatMul", "f v", "y")
                .output("y", 5)));
  }

  @Test
  void saysWhichNormalizationItCannotTell() {
    Graphs graph =
        new Graphs(13, DataType.FLOAT, 0, 3, 8, 8)
            .floats("deviation", new float[] {0.5f, 60, 60}, 3, 1, 1)
            .node("Div", "x deviation", "n")
            .node("Flatten", "n", "f")
            .drawn("v", 192, 4)
            .node("MatMul", "f v", "y")
            .output("y", 4);
    assertEquals(
        List.of(
            "the normalization must be of pixels in [0, 1], each deviation at most 4, or in [0,"
                + " 255], each above 4, found deviations [0.5, 60.0, 60.0]"),
        problems(graph));
  }

  @Test
  void tellsTwentyProblemsAndHowManyMoreThereAre() {
    Graphs graph = start();
    IntStream.range(0, 25).forEach(i -> graph.node("Tanh", "c", "t" + i).output("t" + i, 4));
    RefusedOnnxException e =
        assertThrows(RefusedOnnxException.class, () -> OnnxFile.read(graph.in(folder), DATA));
    assertEquals(21, e.problems().size());
    assertEquals(folder.resolve("model.onnx") + ": and 5 more", e.problems().get(20));
  }

  @Test
  void namesFromTheFileCannotSteerATerminal() throws IOException {
    ModelProto.Builder model = start().output("c", 4).model().toBuilder();
    NodeProto node =
        NodeProto.newBuilder()
            .setOpType("Evil\u001b[2J".repeat(100))
            .setName("a\nb")
            .addInput("x")
            .addOutput("c")
            .build();
    model.getGraphBuilder().setNode(0, node);
    Path file = Graphs.write(folder.resolve("evil.onnx"), model.build().toByteArray());
    RefusedOnnxException e =
        assertThrows(RefusedOnnxException.class, () -> OnnxFile.read(file, DATA));
    assertEquals(1, String.valueOf(e.getMessage()).lines().count());
    assertEquals(-1, String.valueOf(e.getMessage()).indexOf('\u001b'));
  }

  /** A convolution of the input that gives six channels of the same size. */
  private static Graphs start() {
    return new Graphs(13, DataType.FLOAT, 0, 3, 8, 8)
        .drawn("w", 6, 3, 3, 3)
        .node("Conv", "x w", "c", integers("pads", 1L, 1L, 1L, 1L));
  }

  /** Without the name of the file, which each begins with. */
  private List<String> problems(Graphs graph) {
    Path file = graph.in(folder);
    RefusedOnnxException e =
        assertThrows(RefusedOnnxException.class, () -> OnnxFile.read(file, DATA));
    return e.problems().stream().map(problem -> problem.substring((file + ": ").length())).toList();
  }
}
