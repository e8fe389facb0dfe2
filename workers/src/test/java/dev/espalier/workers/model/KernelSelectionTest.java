package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Tensor.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelSelectionTest {
  private static final List<Tensor> NETWORK =
      List.of(
          tensor("stem/W", Kind.CONVOLUTION),
          tensor("stem/gamma", Kind.VECTOR),
          tensor("block1.expand/W", Kind.CONVOLUTION),
          tensor("block1.depthwise/W", Kind.DEPTHWISE),
          tensor("head/W", Kind.DENSE),
          tensor("head/b", Kind.VECTOR));

  private static Tensor tensor(String name, Kind kind) {
    return new Tensor(name, kind, List.of(1), 1, true, new float[1]);
  }

  private static List<String> names(List<String> globs, boolean depthwise) {
    return new KernelSelection(globs, depthwise).of(NETWORK).stream().map(Tensor::name).toList();
  }

  @Test
  void areConvolutionAndDenseKernels() {
    assertEquals(List.of("stem/W", "block1.expand/W", "head/W"), names(List.of(), false));
  }

  @Test
  void areDepthwiseKernelsOnlyIfAsked() {
    assertEquals(
        List.of("stem/W", "block1.expand/W", "block1.depthwise/W", "head/W"),
        names(List.of(), true));
  }

  @Test
  void areNotThoseOfExcludedLayers() {
    assertEquals(List.of("head/W"), names(List.of("block?.*", "stem"), true));
    assertEquals(List.of(), names(List.of("*"), true));
  }

  @Test
  void globsMatchWholeNamesAndTakeDotsAsDots() {
    assertTrue(KernelSelection.matches("block1.*", "block1.expand"));
    assertFalse(KernelSelection.matches("block1.*", "block1xexpand"));
    assertFalse(KernelSelection.matches("block", "block1"));
    assertFalse(KernelSelection.matches("block?", "block"));
    assertTrue(KernelSelection.matches("a[b]\\E*", "a[b]\\E"));
  }

  @Test
  void headStandsForAllLayersOfTheClassifierUnlessALayerIsNamedSo() {
    KernelSelection head = new KernelSelection(List.of("conv1", "head"), List.of("head"), true);
    List<Parameter> kernels =
        List.of(
            Parameter.kernel("conv1/W", Tensor.Kind.CONVOLUTION, List.of(1, 1, 3, 3), 1),
            Parameter.kernel("a/W", Tensor.Kind.DENSE, List.of(2, 2), 1),
            Parameter.kernel("b/W", Tensor.Kind.DENSE, List.of(2, 2), 1));
    assertEquals(
        new KernelSelection(List.of("conv1", "a", "b"), List.of("a", "b"), true),
        head.in(kernels, List.of("a", "b")));
    assertEquals(head, head.in(kernels, List.of()));
    assertEquals(
        head,
        head.in(
            List.of(Parameter.kernel("head/W", Tensor.Kind.DENSE, List.of(2, 2), 1)),
            List.of("head")));
  }
}
