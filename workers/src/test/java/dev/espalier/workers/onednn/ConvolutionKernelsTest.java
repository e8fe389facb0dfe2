package dev.espalier.workers.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which of oneDNN's kernels compute the convolutions of our architectures, at any size of images.
 */
class ConvolutionKernelsTest {
  private static final int BATCH = 4;

  /** The reference code is so slow that one layer of it takes most of a training. */
  @Test
  void noPassOnBlockedImagesIsLeftToTheReferenceCode() {
    List<String> slow = new ArrayList<>();
    for (int side : List.of(1, 2, 3, 4, 8, 16)) {
      for (int channels : List.of(16, 32, 64, 128)) {
        for (int stride : List.of(1, 2)) {
          collect(slow, false, channels, 1, stride, side);
          collect(slow, false, channels, 3, stride, side);
          collect(slow, true, channels, 3, stride, side);
        }
      }
    }
    assertEquals(List.of(), slow);
  }

  private static void collect(
      List<String> slow, boolean depthwise, int channels, int kernel, int stride, int side) {
    ConvolutionForm form =
        new ConvolutionForm(depthwise, channels, channels, kernel, stride, kernel / 2, false);
    for (int block : NativeImages.blocks().toArray()) {
      ImageFormat from = new ImageFormat(BATCH, channels, side, side, block);
      try (ConvolutionPrimitives convolution = new ConvolutionPrimitives(form, from, true)) {
        convolution.passes().stream().filter(pass -> pass.contains(" ref:")).forEach(slow::add);
      }
    }
  }
}
