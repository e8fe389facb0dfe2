package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.Hold;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Frozen layers of users' networks, and what frozen batch norms let through. */
class FrozenLayersTest {
  private static final int BATCH = 8;
  private static final double RATE = 0.05;
  private static final DataFacts DATA = new DataFacts("test", "0", 6, 6, 2, 3, 10, 10, 10);
  private static final float[] IMAGES = Nets.images(Nets.small(), BATCH, 1);
  private static final int[] LABELS = Nets.labels(Nets.small(), BATCH, 2);

  @TempDir Path folder;

  /** One multiplier has a table and runs on the fast engine; two run on Deeplearning4j's layers. */
  @ParameterizedTest
  @CsvSource({"NHWC, 1", "NCHW, 1", "NHWC, 2", "NCHW, 2"})
  void trainAsInDeeplearning4j(CNN2DFormat format, int multiplier) throws IOException {
    ComputationGraph frozen =
        new TransferLearning.GraphBuilder(users(format, multiplier))
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Nesterovs(RATE, 0.9)).build())
            .setFeatureExtractor("norm")
            .build();
    Path file = folder.resolve("model.zip");
    ModelSerializer.writeModel(frozen, file.toFile(), false);

    for (int i = 0; i < 3; i++) {
      frozen.fit(new INDArray[] {images(format)}, new INDArray[] {labels()});
    }
    try (TrainableNetwork net = TrainableNetwork.load(file, DATA)) {
      if (multiplier == 1) {
        assertNotNull(net.table());
      } else {
        assertNull(net.table());
      }
      assertEquals(
          Set.of("conv/W", "conv/b", "norm/gamma", "norm/beta", "norm/mean", spread(net)),
          net.frozen());
      List<Tensor> before = net.parameters();
      train(net, 3, "0.9");
      for (int i = 0; i < before.size(); i++) {
        Tensor after = net.parameters().get(i);
        if (net.frozen().contains(after.name())) {
          assertArrayEquals(before.get(i).values(), after.values(), after.name());
        }
        float[] theirs = canonical(frozen, after);
        assertArrayEquals(theirs, after.values(), 2e-5f, after.name());
      }
    }
    frozen.close();
  }

  @Test
  void areKnownByAnyOfTheirWrappers() throws Exception {
    ComputationGraph graph = users(CNN2DFormat.NHWC, 1);
    var conf = graph.getConfiguration();
    LayerVertex conv = assertInstanceOf(LayerVertex.class, conf.getVertices().get("conv"));
    conv.getLayerConf().setLayer(new FrozenLayerWithBackprop(conv.getLayerConf().getLayer()));
    conf.getVertices().put("depthwise", new FrozenVertex(conf.getVertices().get("depthwise")));
    ComputationGraph wrapped = new ComputationGraph(conf);
    wrapped.init(graph.params().dup(), false);
    Path file = folder.resolve("model.zip");
    ModelSerializer.writeModel(wrapped, file.toFile(), false);
    try (TrainableNetwork net = TrainableNetwork.load(file, DATA)) {
      assertEquals(Set.of("conv/W", "conv/b", "depthwise/W"), net.frozen());
      Path again = folder.resolve("again.zip");
      net.save(again);
      try (TrainableNetwork saved = TrainableNetwork.load(again, DATA)) {
        assertEquals(Set.of(), saved.frozen(), "the graph says no more, the state does");
      }
    }
  }

  /** A norm by constants is a scale and a shift, which a convolution may take over. */
  @ParameterizedTest
  @EnumSource
  void gradientsGoThroughAFrozenNormAsThroughAScale(Engine engine) {
    for (boolean logStd : new boolean[] {false, true}) {
      for (Activation activation : Activation.values()) {
        Network network = normed(activation, logStd);
        Map<String, Tensor> values = byName(Nets.values(network, 3));
        float[] scale = new float[16];
        float[] shift = new float[16];
        for (int c = 0; c < 16; c++) {
          double spread = floats(values, logStd ? "n1/log10stdev" : "n1/var")[c];
          double variance = logStd ? StrictMath.pow(10, 2 * spread) : spread;
          scale[c] = (float) (floats(values, "n1/gamma")[c] / Math.sqrt(variance + 1e-5));
          shift[c] = floats(values, "n1/beta")[c] - floats(values, "n1/mean")[c] * scale[c];
        }
        Map<String, Tensor> folded = new HashMap<>(values);
        Network plain = folded(activation);
        float[] kernel = floats(values, "c1/W").clone();
        for (int i = 0; i < kernel.length; i++) {
          kernel[i] *= scale[i / 18];
        }
        folded.put("c1/W", network.layout().get(0).with(kernel));
        folded.put("c1/b", plain.layout().get(1).with(shift));
        Map<String, Tensor> after = step(network, values, frozenNorm(network), engine);
        Map<String, Tensor> expected = step(plain, folded, Map.of(), engine);
        for (int i = 0; i < kernel.length; i++) {
          double moved = floats(after, "c1/W")[i] - floats(values, "c1/W")[i];
          double foldedMove = floats(expected, "c1/W")[i] - kernel[i];
          assertEquals(
              foldedMove * scale[i / 18], moved, 2e-6 + 1e-4 * Math.abs(moved), "c1/W " + i);
        }
        assertArrayEquals(floats(expected, "out/W"), floats(after, "out/W"), 1e-5f);
        for (String name : frozenNorm(network).keySet()) {
          assertArrayEquals(floats(values, name), floats(after, name), name);
        }
      }
    }
  }

  private static Map<String, Tensor> step(
      Network network, Map<String, Tensor> values, Map<String, Hold> holds, Engine engine) {
    List<Tensor> tensors =
        network.layout().stream().map(p -> p.with(floats(values, p.name()))).toList();
    try (TrainableNetwork net = TrainableNetwork.of(network, tensors, engine)) {
      net.prepare(Nets.recipe("0", "0"));
      net.hold(holds, CentroidGradient.SUM);
      net.step(IMAGES, LABELS, RATE);
      return byName(net.parameters());
    }
  }

  private static Map<String, Hold> frozenNorm(Network network) {
    Map<String, Hold> holds = new HashMap<>();
    network.layout().stream()
        .filter(p -> p.layer().equals("n1"))
        .forEach(p -> holds.put(p.name(), new Hold.Frozen()));
    return holds;
  }

  private static float[] floats(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).values();
  }

  private static Map<String, Tensor> byName(List<Tensor> tensors) {
    Map<String, Tensor> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    return byName;
  }

  private static Network normed(Activation activation, boolean logStd) {
    return new Network(
        6,
        6,
        2,
        List.of(
            new Layer.Convolution("c1", "input", 2, 16, 3, 1, 1, false, Activation.IDENTITY),
            new Layer.BatchNorm("n1", "c1", 16, 1e-5, 0.9, logStd, activation),
            new Layer.GlobalAveragePool("pool", "n1"),
            new Layer.Output("out", "pool", 16, 3)));
  }

  private static Network folded(Activation activation) {
    return new Network(
        6,
        6,
        2,
        List.of(
            new Layer.Convolution("c1", "input", 2, 16, 3, 1, 1, true, activation),
            new Layer.GlobalAveragePool("pool", "c1"),
            new Layer.Output("out", "pool", 16, 3)));
  }

  private static void train(TrainableNetwork net, int steps, String momentum) {
    Map<String, Hold> holds = new HashMap<>();
    net.frozen().forEach(name -> holds.put(name, new Hold.Frozen()));
    net.prepare(Nets.recipe(momentum, "0"));
    net.hold(holds, CentroidGradient.SUM);
    for (int i = 0; i < steps; i++) {
      net.step(IMAGES, LABELS, RATE);
    }
  }

  private static String spread(TrainableNetwork net) {
    return net.parameters().stream()
        .map(Tensor::name)
        .filter(name -> name.equals("norm/var") || name.equals("norm/log10stdev"))
        .findFirst()
        .orElseThrow();
  }

  private static float[] canonical(ComputationGraph graph, Tensor tensor) {
    INDArray values =
        graph
            .getLayer(tensor.layer())
            .getParam(tensor.name().substring(tensor.layer().length() + 1));
    INDArray ordered =
        switch (tensor.kind()) {
          case DENSE -> values.permute(1, 0);
          case DEPTHWISE -> values.permute(2, 3, 0, 1);
          default -> values;
        };
    return ordered.dup('c').ravel().toFloatVector();
  }

  private static INDArray images(CNN2DFormat format) {
    INDArray images = Nd4j.create(IMAGES, new long[] {BATCH, 6, 6, 2}, 'c');
    return format == CNN2DFormat.NCHW ? images.permute(0, 3, 1, 2).dup('c') : images;
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 3);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, LABELS[i], 1);
    }
    return labels;
  }

  private static ComputationGraph users(CNN2DFormat format, int multiplier) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Nesterovs(RATE, 0.9))
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(3, 3)
                    .nOut(4)
                    .activation(org.nd4j.linalg.activations.Activation.RELU)
                    .dataFormat(format)
                    .build(),
                "in")
            .addLayer("norm", new BatchNormalization.Builder().dataFormat(format).build(), "conv")
            .addLayer(
                "depthwise",
                new DepthwiseConvolution2D.Builder(3, 3)
                    .padding(1, 1)
                    .hasBias(false)
                    .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
                    .depthMultiplier(multiplier)
                    .dataFormat(format)
                    .build(),
                "norm")
            .addLayer(
                "behind", new BatchNormalization.Builder().dataFormat(format).build(), "depthwise")
            .addLayer(
                "pool",
                new GlobalPoolingLayer.Builder(PoolingType.AVG)
                    .poolingDimensions(
                        format == CNN2DFormat.NHWC ? new int[] {1, 2} : new int[] {2, 3})
                    .build(),
                "behind")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                    .build(),
                "pool")
            .setOutputs("out")
            .setInputTypes(InputType.convolutional(6, 6, 2, format));
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }
}
