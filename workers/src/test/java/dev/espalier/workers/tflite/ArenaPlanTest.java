package dev.espalier.workers.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.tflite.ArenaPlan.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The heads of TensorFlow Lite for Microcontrollers (of August 2026) were measured on networks that
 * read normalized images, floats or 8-bit integers.
 */
class ArenaPlanTest {
  @ParameterizedTest
  @CsvSource({
    "demo, FLOAT32, 81920, 92384",
    "demo, INT8, 20480, 31008",
    "mobilenetv2, FLOAT32, 458752, 528576",
    "mobilenetv2, INT8, 114688, 184576",
    "resnet18, FLOAT32, 270592, 287872",
    "resnet18, INT8, 67648, 84992"
  })
  void headsAreThoseMeasuredAndWholeArenasNearly(
      String network, ElementType type, int head, long whole) {
    Graph graph =
        switch (network) {
          case "demo" -> demo(type);
          case "mobilenetv2" -> mobileNetV2(type);
          default -> resNet18(type);
        };
    assertEquals(head, ArenaPlan.of(graph).bytes());
    long estimate = head + ArenaTail.BITS_64.bytes(graph);
    assertEquals((double) whole, (double) estimate, 0.002 * whole);
  }

  /** Neither the pixels nor their normalization live when most is needed. */
  @Test
  void ourTableOfResNet18NeedsWhatWasMeasured() {
    Network network = Widths.network("resnet18", "0.25", 32, 3);
    WeightedNetwork weighted = new WeightedNetwork(network, Widths.values(network, 1));
    List<Channel> channels = Collections.nCopies(3, new Channel(0.5, 0.25));
    Graph graph = FloatGraph.of(weighted, channels);
    List<Graph.Step> steps = graph.steps();
    Graph normalized =
        new Graph(
            graph.tensors(), steps.subList(2, steps.size()), steps.get(1).output(), graph.output());
    assertEquals(270592, ArenaPlan.of(normalized).bytes());
    assertEquals(270592, TfliteModel.of(weighted, channels).arenaBytes());
    assertEquals(67648, TfliteModel.of(DrawnIntegers.of(network, 2)).arenaBytes());
  }

  @Test
  void theTailCountsTensorsOperatorsAndChannelsOfConvolutions() {
    Chain chain = new Chain(ElementType.INT8, 1, 1, 20);
    chain.convolution(0, 7, 1, 1);
    assertEquals(200 + 12 * 4 + 107 + 8 * 7, ArenaTail.BITS_32.bytes(chain.graph()));
    assertEquals(256 + 24 * 4 + 166 + 8 * 7, ArenaTail.BITS_64.bytes(chain.graph()));
    Network network = Widths.network("mnist-cnn", "0.25", 28, 1);
    TfliteModel model = TfliteModel.of(DrawnIntegers.of(network, 3));
    long tail = 200 + 12 * 19 + 107 * 8 + 8 * (1 + 8 + 16);
    assertEquals(model.arenaBytes() + tail, model.wholeArenaBytes());
  }

  @Test
  void tensorsOfOneTimeNeverOverlapAndTheHeadIsNoLowerThanTheyNeed() {
    SplittableRandom random = new SplittableRandom(3);
    int tight = 0;
    for (int round = 0; round < 500; round++) {
      Graph graph = random(random);
      ArenaPlan plan = ArenaPlan.of(graph);
      int most = 0;
      for (int time = 0; time <= graph.steps().size(); time++) {
        most = Math.max(most, bytesAt(time, plan));
      }
      assertTrue(plan.bytes() >= most);
      tight += plan.bytes() == most ? 1 : 0;
    }
    assertTrue(tight > 250, tight + " of 500 plans waste nothing");
  }

  @Test
  void equalTensorsArePlacedFromTheLastOne() {
    Chain chain = new Chain(ElementType.INT8, 1, 1, 20);
    int first = chain.same(new Operator.Softmax(), 0);
    chain.same(new Operator.Softmax(), first);
    assertEquals(
        List.of(
            new Placement(2, 0, 32, 2, 2),
            new Placement(1, 32, 32, 1, 2),
            new Placement(0, 0, 32, 0, 1)),
        ArenaPlan.of(chain.graph()).placements());
  }

  /** Marks every byte that a tensor occupies, by the definition. */
  private static int bytesAt(int time, ArenaPlan plan) {
    boolean[] taken = new boolean[plan.bytes()];
    int bytes = 0;
    for (Placement tensor : plan.placements()) {
      assertEquals(0, tensor.offset() % ArenaPlan.ALIGNMENT);
      if (tensor.first() <= time && time <= tensor.last()) {
        for (int at = tensor.offset(); at < tensor.offset() + tensor.bytes(); at++) {
          assertTrue(!taken[at], "byte " + at + " at " + time);
          taken[at] = true;
          bytes++;
        }
      }
    }
    return bytes;
  }

  private static Graph random(SplittableRandom random) {
    Chain chain = new Chain(ElementType.INT8, 1, 1, random.nextInt(1, 100));
    int steps = random.nextInt(1, 20);
    int last = 0;
    for (int i = 0; i < steps; i++) {
      last =
          random.nextInt(3) == 0
              ? chain.sum(last, random.nextInt(last + 1))
              : chain.convolution(random.nextInt(last + 1), random.nextInt(1, 100), 1, 1);
    }
    return chain.graph();
  }

  private static Graph demo(ElementType type) {
    Chain net = new Chain(type, 32, 32, 3);
    int x = net.convolution(0, 16, 3, 1);
    x = net.give(new Operator.Convolution(false, true, 2, Activation.RELU), 16, 16, 16, x);
    x = net.give(new Operator.Pooling(Pool.Function.MAX, false, 3, 3, 3), 8, 8, 16, net.padded(x));
    x = net.sum(net.convolution(net.convolution(x, 16, 3, 1), 16, 3, 1), x);
    int shortcut = net.convolution(x, 32, 1, 2);
    x = net.sum(net.convolution(net.convolution(x, 32, 3, 2), 32, 3, 1), shortcut);
    x = net.sum(net.convolution(net.depthwise(net.convolution(x, 96, 1, 1), 1), 32, 1, 1), x);
    x = net.convolution(net.depthwise(net.convolution(x, 96, 1, 1), 2), 64, 1, 1);
    return net.classified(x);
  }

  private static Graph resNet18(ElementType type) {
    Chain net = new Chain(type, 32, 32, 3);
    int x = net.convolution(0, 16, 3, 1);
    for (int block = 0; block < 8; block++) {
      int stride = block > 0 && block % 2 == 0 ? 2 : 1;
      int channels = 16 << (block / 2);
      int second = net.convolution(net.convolution(x, channels, 3, stride), channels, 3, 1);
      x = net.sum(second, stride == 2 ? net.convolution(x, channels, 1, 2) : x);
    }
    return net.classified(x);
  }

  /** Of width 0.35; the stem has 8 channels, where torchvision's rounding gives 16. */
  private static Graph mobileNetV2(ElementType type) {
    int[][] groups = {
      {1, 8, 1, 1},
      {6, 8, 2, 1},
      {6, 8, 3, 2},
      {6, 24, 4, 2},
      {6, 32, 3, 1},
      {6, 56, 3, 2},
      {6, 112, 1, 1}
    };
    Chain net = new Chain(type, 32, 32, 3);
    int x = net.convolution(0, 8, 3, 1);
    int in = 8;
    for (int[] group : groups) {
      for (int block = 0; block < group[2]; block++) {
        int stride = block == 0 ? group[3] : 1;
        int hidden = group[0] > 1 ? net.convolution(x, in * group[0], 1, 1) : x;
        int projected = net.convolution(net.depthwise(hidden, stride), group[1], 1, 1);
        x = stride == 1 && in == group[1] ? net.sum(projected, x) : projected;
        in = group[1];
      }
    }
    return net.classified(net.convolution(x, 1280, 1, 1));
  }

  /** A graph of shapes alone; methods give the index of a tensor. Constants have no data. */
  private static final class Chain {
    private final ElementType type;
    private final List<GraphTensor> tensors = new ArrayList<>();
    private final List<Graph.Step> steps = new ArrayList<>();
    private int constants;

    Chain(ElementType type, int height, int width, int channels) {
      this.type = type;
      tensors.add(GraphTensor.computed("", type, List.of(1, height, width, channels), null));
    }

    int convolution(int x, int out, int kernel, int stride) {
      return convolution(x, false, out, kernel, stride);
    }

    int depthwise(int x, int stride) {
      return convolution(x, true, tensors.get(x).shape().get(3), 3, stride);
    }

    /** Padding is half the kernel. */
    private int convolution(int x, boolean depthwise, int out, int kernel, int stride) {
      int pixels = (tensors.get(x).shape().get(1) - 1) / stride + 1;
      int columns = (tensors.get(x).shape().get(2) - 1) / stride + 1;
      int from = kernel > 1 && stride > 1 ? padded(x) : x;
      return give(
          new Operator.Convolution(depthwise, from == x, stride, Activation.RELU),
          pixels,
          columns,
          out,
          from);
    }

    int padded(int x) {
      List<Integer> shape = tensors.get(x).shape();
      return give(new Operator.Pad(), shape.get(1) + 2, shape.get(2) + 2, shape.get(3), x);
    }

    int sum(int left, int right) {
      return same(new Operator.Add(Activation.RELU), left, right);
    }

    int same(Operator operator, int... inputs) {
      List<Integer> shape = tensors.get(inputs[0]).shape();
      return give(operator, shape.get(1), shape.get(2), shape.get(3), inputs);
    }

    int give(Operator operator, int height, int width, int channels, int... inputs) {
      boolean kernel =
          operator instanceof Operator.Convolution || operator instanceof Operator.FullyConnected;
      constants += kernel ? 2 : operator instanceof Operator.Pad ? 1 : 0;
      List<Integer> reads = new ArrayList<>();
      for (int input : inputs) {
        reads.add(input);
      }
      tensors.add(GraphTensor.computed("", type, List.of(1, height, width, channels), null));
      steps.add(new Graph.Step(operator, reads, tensors.size() - 1));
      return tensors.size() - 1;
    }

    Graph classified(int x) {
      List<Integer> shape = tensors.get(x).shape();
      int pooled =
          give(
              new Operator.Pooling(Pool.Function.AVERAGE, false, shape.get(1), shape.get(2), 1),
              1,
              1,
              shape.get(3),
              x);
      int logits = give(new Operator.FullyConnected(Activation.IDENTITY), 1, 1, 10, pooled);
      same(new Operator.Softmax(), logits);
      return graph();
    }

    /** With as many constants behind the rest as kernels, biases and paddings would be. */
    Graph graph() {
      int output = tensors.size() - 1;
      List<GraphTensor> all = new ArrayList<>(tensors);
      all.addAll(
          Collections.nCopies(
              constants, new GraphTensor("", ElementType.INT8, List.of(1), null, new byte[1])));
      return new Graph(all, steps, 0, output);
    }
  }
}
