package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitializationTest {
  private static final Network NETWORK = NetworksTest.network("mobilenetv2", "0.35", 32, 3);

  @Test
  void hasTheVarianceOfThePaper() {
    Tensor kernel = named(Initialization.of(NETWORK, 7), "head.conv/W");
    double squares = 0;
    for (float value : kernel.values()) {
      squares += (double) value * value;
    }
    double expected = 2.0 / kernel.shape().get(1);
    assertEquals(expected, squares / kernel.values().length, 0.02 * expected);
  }

  @Test
  void startsBatchNormAsTheIdentity() {
    List<Tensor> tensors = Initialization.of(NETWORK, 7);
    float[] ones = new float[8 * 2];
    Arrays.fill(ones, 1f);
    assertArrayEquals(ones, named(tensors, "stem.norm/gamma").values());
    assertArrayEquals(ones, named(tensors, "stem.norm/var").values());
    assertArrayEquals(new float[16], named(tensors, "stem.norm/beta").values());
    assertArrayEquals(new float[16], named(tensors, "stem.norm/mean").values());
  }

  @Test
  void drawsOtherValuesForAnotherSeedAndAnotherName() {
    float[] first = named(Initialization.of(NETWORK, 1), "block2.depthwise/W").values();
    float[] second = named(Initialization.of(NETWORK, 2), "block2.depthwise/W").values();
    assertFalse(Arrays.equals(first, second));
    Tensor left = named(Initialization.of(NETWORK, 1), "block9.expand/W");
    Tensor right = named(Initialization.of(NETWORK, 1), "block10.expand/W");
    assertEquals(left.shape(), right.shape());
    assertFalse(Arrays.equals(left.values(), right.values()));
  }

  @Test
  void givesALayerTheSameValuesWhateverStandsBesideIt() {
    Network grey = NetworksTest.network("mobilenetv2", "0.35", 28, 1);
    assertArrayEquals(
        named(Initialization.of(NETWORK, 3), "block5.project/W").values(),
        named(Initialization.of(grey, 3), "block5.project/W").values());
  }

  private static Tensor named(List<Tensor> tensors, String name) {
    return tensors.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }
}
