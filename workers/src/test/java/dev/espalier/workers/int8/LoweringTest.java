package dev.espalier.workers.int8;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LoweringTest {
  private static final Affine UNIT = new Affine(1, 0);

  @Test
  void keepsSumsAndTakesNormsAlong() {
    IntegerNetwork network = QuantizedNets.drawn(Nets.everything(), 1, 1).integers();
    assertEquals(
        List.of(
            "normalize",
            "n1",
            "n2",
            "n3",
            "n4",
            "c4",
            "a1",
            "a2",
            "p1",
            "d2",
            "c5",
            "f1",
            "out",
            "softmax"),
        network.ops().stream().map(IntegerOp::name).toList());
    assertEquals("out", network.logits().name());
    assertEquals(
        List.of("n1", "n2", "n3", "n4", "c4", "a1", "a2", "d2", "c5", "f1", "out"),
        Lowering.observed(Nets.everything()));
    IntegerOp.Add sum = (IntegerOp.Add) network.ops().get(6);
    assertEquals(List.of("n4", "c4"), sum.inputs());
    assertEquals(Activation.RELU, sum.activation());
    assertEquals(network.ops().get(7).affine(), network.ops().get(8).affine(), "pools keep it");
  }

  @Test
  void normalizesThePixels() {
    List<Normalization.Channel> channels =
        List.of(new Normalization.Channel(0.5, 0.25), new Normalization.Channel(0.25, 0.5));
    IntegerNetwork network =
        lowered(pooled("pool", "input", 2), Map.of(), Map.of("out", UNIT), channels);
    IntegerOp.Convolution first = (IntegerOp.Convolution) network.ops().get(0);
    assertEquals(Affine.of(-2, 2), first.affine());
    byte[] image = {-128, -128, 127, 127, 0, 0, -64, -64};
    byte[] found = known(new IntegerReference(network, Rounding.TFLM).values(image), "normalize");
    for (int i = 0; i < image.length; i++) {
      float expected = channels.get(i % 2).table()[image[i] + 128];
      assertEquals(expected, first.affine().real(found[i]), 0.51f * first.affine().scale());
    }
  }

  @Test
  void takesNamesThatAreFree() {
    IntegerNetwork network =
        lowered(
            pooled("softmax", "normalize", 1),
            Map.of("normalize/W", new float[] {1}),
            Map.of("normalize", UNIT, "out", UNIT),
            List.of(new Normalization.Channel(0, 1)));
    assertEquals(
        List.of("normalize2", "normalize", "softmax", "out", "softmax2"),
        network.ops().stream().map(IntegerOp::name).toList());
  }

  /**
   * Factor, bias and expected scale, integers and bias of a channel with the weights 1 and -0.5.
   */
  @Test
  void foldsABatchNormIntoScalesAndSigns() {
    IntegerOp.Convolution plain = folded(1, 0, 2, 3);
    assertEquals(2f / 127 / 4, plain.scales()[0], 1e-9);
    assertArrayEquals(new byte[] {127, -64}, plain.weights());
    assertEquals(Math.round(3 / (0.5 * plain.scales()[0])), plain.bias()[0]);
    IntegerOp.Convolution negative = folded(1, 0, -2, 3);
    assertEquals(plain.scales()[0], negative.scales()[0]);
    assertArrayEquals(new byte[] {-127, 64}, negative.weights());
    assertEquals(plain.bias()[0], negative.bias()[0]);
  }

  @Test
  void keepsTheBiasOfAChannelWhoseFactorIsZero() {
    IntegerOp.Convolution zero = folded(1, 5, 0, -3);
    assertArrayEquals(new byte[] {0, 0}, zero.weights());
    assertEquals(-(1 << 30), zero.bias()[0], 128);
    assertEquals(-3, zero.bias()[0] * 0.5 * zero.scales()[0], 1e-6);
    IntegerOp.Convolution nothing = folded(1, 5, 0, 0);
    assertArrayEquals(new byte[] {0, 0}, nothing.weights());
    assertEquals(0, nothing.bias()[0]);
    assertTrue(nothing.scales()[0] * 0.5f >= Float.MIN_NORMAL);
  }

  @Test
  void raisesAScaleUntilTheBiasFits() {
    for (float bias : new float[] {1, -1, 3e7f, -1e20f, 1e30f}) {
      for (float weight : new float[] {0, 1e-30f, 1e-9f, 1e-3f}) {
        IntegerOp.Convolution op = folded(weight, 0, 4, bias);
        assertTrue(Math.abs(op.bias()[0]) <= 1 << 30, op.bias()[0] + "");
        assertEquals(bias, op.bias()[0] * 0.5 * op.scales()[0], Math.abs(bias) * 1e-3);
        double step = op.scales()[0];
        assertEquals(weight, op.weights()[0] * step, 0.5001 * step);
        assertEquals(-0.5 * weight, op.weights()[1] * step, 0.5001 * step);
      }
    }
  }

  @Test
  void raisesTheScaleOfADenseLayerForItsGreatestBias() {
    Map<String, float[]> parameters =
        Map.of("out/W", new float[] {1e-9f, 2e-9f, -1e-9f, 0}, "out/b", new float[] {0.5f, -40});
    IntegerNetwork network =
        lowered(
            pooled("pool", "input", 2),
            parameters,
            Map.of("out", UNIT),
            List.of(new Normalization.Channel(0, 1), new Normalization.Channel(0, 1)));
    IntegerOp.Dense dense = (IntegerOp.Dense) network.logits();
    double unit = (double) network.ops().get(0).affine().scale() * dense.scale();
    assertEquals(-(1 << 30), dense.bias()[1], 128);
    assertEquals(-40, dense.bias()[1] * unit, 1e-4);
    assertEquals(0.5, dense.bias()[0] * unit, 1e-4);
    assertArrayEquals(new byte[] {0, 0, 0, 0}, dense.weights());
  }

  @Test
  void saysWhatIsMissing() {
    QuantizedNets nets = QuantizedNets.drawn(Nets.small(), 1, 1);
    Precision.Int8 precision = nets.precision();
    assertMessage(
        "normalization: must have 2 channels, found 1",
        nets,
        precision,
        nets.channels().subList(0, 1));
    Map<String, List<Float>> scales = new HashMap<>(precision.scales());
    scales.remove("d1/W");
    assertMessage(
        "scales: must have d1/W, found none",
        nets,
        new Precision.Int8(scales, precision.activations()),
        nets.channels());
    Map<String, Affine> activations = new HashMap<>(precision.activations());
    activations.remove("n2");
    assertMessage(
        "activations: must have n2, found none",
        nets,
        new Precision.Int8(precision.scales(), activations),
        nets.channels());
  }

  @Test
  void refusesMeansOfSquaresWithAPaddingThatTensorFlowLiteLacks() {
    Network network =
        new Network(
            6,
            5,
            1,
            List.of(
                mean("same", "input", 3, 2, new Padding(0, 1, 1, 1)),
                mean("p1", "same", 2, 1, new Padding(1, 0, 0, 0)),
                mean("valid", "p1", 2, 2, new Padding(0, 0, 0, 1)),
                mean("p2", "valid", 2, 2, new Padding(0, 1, 1, 0)),
                new Layer.Output("out", "p2", 1, 2)));
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> Lowering.observed(network));
    assertEquals(
        """
        p1: an average pool for TensorFlow Lite must have no padding or top 0 bottom 1 left 0 right 1, found top 1 bottom 0 left 0 right 0
        p2: an average pool for TensorFlow Lite must have no padding or top 0 bottom 1 left 0 right 1, found top 0 bottom 1 left 1 right 0""",
        refused.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> QuantizedNets.drawn(network, 1, 1).integers());
  }

  private static Layer mean(String name, String input, int size, int stride, Padding padding) {
    return new Pool(name, input, Pool.Function.AVERAGE, size, stride, padding);
  }

  @Test
  void refusesABatchNormThatIsNotFinite() {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> folded(1, 0, Float.NaN, 0));
    assertEquals("n[0]: a bias must be finite, found NaN", refused.getMessage());
    Exception bias =
        assertThrows(
            IllegalArgumentException.class, () -> folded(1, 0, 1, Float.POSITIVE_INFINITY));
    assertEquals("n[0]: a bias must be finite, found Infinity", bias.getMessage());
  }

  private static void assertMessage(
      String message,
      QuantizedNets nets,
      Precision.Int8 precision,
      List<Normalization.Channel> channels) {
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Lowering.of(nets.weighted(), precision, channels));
    assertEquals(message, refused.getMessage());
  }

  /**
   * A convolution of 1x1 with the weights w and -w / 2 and the batch norm behind it, whose variance
   * is 16 and whose mean is 0. Its input has scale 0.5.
   */
  private static IntegerOp.Convolution folded(float weight, float bias, float gamma, float beta) {
    Layer convolution =
        new Layer.Convolution("c", "first", 2, 1, 1, 1, 0, true, Activation.IDENTITY);
    Network network =
        new Network(
            1,
            1,
            2,
            List.of(
                new Layer.Add("first", "input", "input", Activation.IDENTITY),
                convolution,
                new Layer.BatchNorm("n", "c", 1, 0, 0.9, false, Activation.IDENTITY),
                new Layer.Output("out", "n", 1, 2)));
    Map<String, float[]> parameters = new HashMap<>();
    parameters.put("c/W", new float[] {weight, -weight / 2});
    parameters.put("c/b", new float[] {bias});
    parameters.put("n/gamma", new float[] {gamma});
    parameters.put("n/beta", new float[] {beta});
    parameters.put("n/mean", new float[] {0});
    parameters.put("n/var", new float[] {16});
    Normalization.Channel channel = new Normalization.Channel(0, 1);
    IntegerNetwork lowered =
        lowered(
            network,
            parameters,
            Map.of("first", new Affine(0.5f, 0), "n", UNIT, "out", UNIT),
            List.of(channel, channel));
    return (IntegerOp.Convolution) lowered.ops().get(2);
  }

  /** A mean over the pixels, behind a convolution of 1x1 if it reads one, and two classes. */
  private static Network pooled(String pool, String input, int channels) {
    List<Layer> rows = new ArrayList<>();
    if (!input.equals(Network.INPUT)) {
      rows.add(
          new Layer.Convolution(
              input, "input", channels, channels, 1, 1, 0, false, Activation.IDENTITY));
    }
    rows.add(new Layer.GlobalAveragePool(pool, input));
    rows.add(new Layer.Output("out", pool, channels, 2));
    return new Network(2, 2, channels, rows);
  }

  /** Parameters that are not given are 0. */
  private static IntegerNetwork lowered(
      Network network,
      Map<String, float[]> parameters,
      Map<String, Affine> activations,
      List<Normalization.Channel> channels) {
    Map<String, List<Float>> scales = new HashMap<>();
    List<Tensor> tensors =
        network.layout().stream()
            .map(
                p -> {
                  Tensor tensor = p.with(parameters.getOrDefault(p.name(), new float[p.size()]));
                  if (!p.kind().isKernel()) {
                    return tensor;
                  }
                  QuantizedKernel kernel = QuantizedKernel.of(tensor, false);
                  scales.put(p.name(), kernel.scales());
                  return tensor.with(kernel.values());
                })
            .toList();
    return Lowering.of(
        new WeightedNetwork(network, tensors), new Precision.Int8(scales, activations), channels);
  }

  private static <V> V known(Map<String, V> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }
}
