package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOutputs;
import dev.espalier.workers.int8.QuantizedNets;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntegerPredictorTest {
  private static final int IMAGES = 11;

  /** Prints the engine and what it predicts. */
  static final class Predicting {
    private Predicting() {}

    public static void main(String[] arguments) {
      System.out.println(Engine.current().word());
      System.out.println(text(predicted(Engine.current())));
    }
  }

  @Test
  void predictsTheSameBitsByEveryEngine() {
    IntegerOutputs slow = predicted(Engine.ND4J);
    IntegerOutputs fast = predicted(Engine.current());
    assertArrayEquals(slow.probabilities(), fast.probabilities());
    assertArrayEquals(slow.logits(), fast.logits());
  }

  @Test
  void predictsTheSameBitsInAProcessWithoutOnednn() throws Exception {
    ChildJvm.Ended child =
        ChildJvm.run(Predicting.class, List.of(), Map.of(), jar -> !jar.matches("dnnl-.*"));
    assertEquals(
        List.of("nd4j", text(predicted(Engine.current()))), child.output(), "" + child.code());
  }

  @Test
  void refusesOtherPixelsThanThoseOfTheImages() {
    IntegerNetwork network = QuantizedNets.drawn(Nets.small(), 1, 3).integers();
    for (Engine engine : List.of(Engine.ND4J, Engine.current())) {
      try (IntegerPredictor predictor = new IntegerPredictor(network, engine)) {
        for (int count : new int[] {0, 1, 3}) {
          assertThrows(
              IllegalArgumentException.class, () -> predictor.predict(new byte[144], count));
        }
      }
    }
  }

  private static IntegerOutputs predicted(Engine engine) {
    QuantizedNets nets = QuantizedNets.drawn(Nets.everything(), IMAGES, 21);
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    nets.images().forEach(pixels::writeBytes);
    try (IntegerPredictor predictor = new IntegerPredictor(nets.integers(), engine)) {
      return predictor.predict(pixels.toByteArray(), IMAGES);
    }
  }

  private static String text(IntegerOutputs outputs) {
    return Arrays.toString(outputs.probabilities()) + Arrays.toString(outputs.logits());
  }
}
