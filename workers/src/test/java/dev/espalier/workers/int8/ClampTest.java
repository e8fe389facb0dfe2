package dev.espalier.workers.int8;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.quantize.Affine;
import org.junit.jupiter.api.Test;

class ClampTest {
  @Test
  void letsEverythingThroughWithoutActivation() {
    Clamp clamp = Clamp.of(Activation.IDENTITY, new Affine(0.1f, 20));
    assertEquals(new Clamp(-128, 127), clamp);
    assertEquals(-128, clamp.of(-1000));
    assertEquals(127, clamp.of(1000));
    assertEquals(5, clamp.of(5));
  }

  @Test
  void startsAtTheZeroPointOfARectifier() {
    assertEquals(new Clamp(20, 127), Clamp.of(Activation.RELU, new Affine(0.1f, 20)));
  }

  @Test
  void endsAtSixOrWhereIntegersEnd() {
    assertEquals(new Clamp(20, 80), Clamp.of(Activation.RELU6, new Affine(0.1f, 20)));
    assertEquals(new Clamp(-128, 127), Clamp.of(Activation.RELU6, new Affine(6f / 255, -128)));
    assertEquals(new Clamp(-128, 127), Clamp.of(Activation.RELU6, new Affine(0x1p-25f, -128)));
    assertEquals(new Clamp(-128, -128), Clamp.of(Activation.RELU6, new Affine(13, -128)));
  }

  /** 6 / 2.4 is 2.5 in floats: away from 0. */
  @Test
  void roundsSixHalvesAway() {
    assertEquals(new Clamp(0, 3), Clamp.of(Activation.RELU6, new Affine(2.4f, 0)));
  }
}
