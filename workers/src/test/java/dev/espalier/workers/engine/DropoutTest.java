package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.espalier.workers.model.Dropout;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dropout against its definition, with masks that are drawn here once more. */
class DropoutTest {
  private static final int BATCH = 4;
  private static final long SEED = 5;
  private static final long STEP = 17;
  private static final double RATE = 0.01;
  private static final Network NETWORK =
      new Network(
          6,
          6,
          2,
          List.of(
              new Layer.Convolution("c", "input", 2, 16, 3, 1, 1, true, Activation.RELU),
              new Layer.GlobalAveragePool("pool", "c"),
              new Dropout("d1", "pool", 0.5),
              new Layer.Dense("f", "d1", 16, 12, Activation.RELU),
              new Dropout("d2", "f", 0.25),
              new Layer.Output("out", "d2", 12, 3)));
  private static final List<Tensor> VALUES = Nets.values(NETWORK, 3);
  private static final float[] IMAGES = Nets.images(NETWORK, BATCH, 4);
  private static final int[] LABELS = Nets.labels(NETWORK, BATCH, 5);

  @ParameterizedTest
  @EnumSource
  void aStepDropsWhatItsKeyDraws(Engine engine) {
    try (TrainableNetwork net = TrainableNetwork.of(NETWORK, VALUES, engine)) {
      net.prepare(Nets.recipe("0", "0"));
      net.drop(SEED, STEP);
      double found = net.step(IMAGES, LABELS, RATE);
      assertEquals(loss(VALUES), found, 1e-5);
      Map<String, Tensor> after = new HashMap<>();
      net.parameters().forEach(tensor -> after.put(tensor.name(), tensor));
      for (Tensor tensor : VALUES) {
        float[] moved = Objects.requireNonNull(after.get(tensor.name())).values();
        for (int i = 0; i < moved.length; i += 1 + moved.length / 20) {
          double gradient = (tensor.values()[i] - moved[i]) / RATE;
          assertEquals(slope(tensor, i), gradient, 2e-3, tensor.name() + " " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsDroppedElsewhere(Engine engine) {
    Network plain = NETWORK.withoutDropout();
    assertEquals(
        List.of("c", "pool", "f", "out"), plain.layers().stream().map(Layer::name).toList());
    try (TrainableNetwork net = TrainableNetwork.of(NETWORK, VALUES, engine);
        TrainableNetwork without = TrainableNetwork.of(plain, VALUES, engine)) {
      assertArrayEquals(without.predict(IMAGES, BATCH), net.predict(IMAGES, BATCH));
      net.prepare(Nets.recipe("0.9", "0"));
      without.prepare(Nets.recipe("0.9", "0"));
      assertEquals(without.step(IMAGES, LABELS, RATE), net.step(IMAGES, LABELS, RATE));
      assertArrayEquals(without.predict(IMAGES, BATCH), net.predict(IMAGES, BATCH));
      net.drop(SEED, STEP);
      assertNotEquals(without.step(IMAGES, LABELS, RATE), net.step(IMAGES, LABELS, RATE));
    }
  }

  /** By which the loss rises with a value. */
  private static double slope(Tensor tensor, int index) {
    float step = 1e-3f;
    return (loss(moved(tensor, index, step)) - loss(moved(tensor, index, -step))) / (2 * step);
  }

  private static List<Tensor> moved(Tensor tensor, int index, float step) {
    float[] values = tensor.values().clone();
    values[index] += step;
    List<Tensor> tensors = new ArrayList<>(VALUES);
    tensors.replaceAll(each -> each.name().equals(tensor.name()) ? tensor.with(values) : each);
    return tensors;
  }

  /** The mean cross-entropy with the masks of the key. */
  private static double loss(List<Tensor> tensors) {
    Map<String, float[]> values = new HashMap<>();
    tensors.forEach(tensor -> values.put(tensor.name(), tensor.values()));
    double[] first = factors(0, 16, 0.5);
    double[] second = factors(1, 12, 0.25);
    double sum = 0;
    for (int i = 0; i < BATCH; i++) {
      int size = NETWORK.input().size();
      float[] image = Arrays.copyOfRange(IMAGES, i * size, (i + 1) * size);
      double[] pooled =
          Objects.requireNonNull(PlainForward.rows(NETWORK, tensors, image).get("pool"));
      double[] hidden = dense(scaled(pooled, first, i), values, "f");
      double[] rectified = Arrays.stream(hidden).map(v -> Math.max(v, 0)).toArray();
      double[] logits = dense(scaled(rectified, second, i), values, "out");
      double powers = Arrays.stream(logits).map(Math::exp).sum();
      sum += Math.log(powers) - logits[LABELS[i]];
    }
    return sum / BATCH;
  }

  /** 0 or the inverse of what is kept, for each value of a batch. */
  private static double[] factors(int row, int values, double rate) {
    Draw draw = Draw.of(SEED, Draw.DROPOUT, STEP, row);
    double[] factors = new double[BATCH * values];
    Arrays.setAll(factors, i -> draw.between(0.0, 1.0) < rate ? 0 : 1 / (1 - rate));
    return factors;
  }

  private static double[] scaled(double[] values, double[] factors, int image) {
    double[] scaled = new double[values.length];
    Arrays.setAll(scaled, i -> values[i] * factors[image * values.length + i]);
    return scaled;
  }

  private static double[] dense(double[] x, Map<String, float[]> values, String row) {
    float[] weights = Objects.requireNonNull(values.get(row + "/W"));
    float[] bias = Objects.requireNonNull(values.get(row + "/b"));
    double[] y = new double[bias.length];
    Arrays.setAll(y, i -> bias[i]);
    for (int i = 0; i < weights.length; i++) {
      y[i / x.length] += weights[i] * x[i % x.length];
    }
    return y;
  }
}
