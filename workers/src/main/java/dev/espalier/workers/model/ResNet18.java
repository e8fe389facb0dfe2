package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.math.BigDecimal;
import java.util.List;

/**
 * ResNet18 (arXiv 1512.03385) for small images.
 *
 * <p>NOTE: the stem is 3x3 at stride 1 without max-pool, where the paper's for ImageNet is 7x7 at
 * stride 2 with one.
 */
final class ResNet18 {
  private static final int[] CHANNELS = {64, 128, 256, 512};
  private static final int BLOCKS = 2;

  private ResNet18() {}

  static List<Layer> layers(BigDecimal width, int channels, int classes) {
    NetworkBuilder rows = new NetworkBuilder();
    int in = Width.round(width, CHANNELS[0], "stem.conv");
    String row =
        rows.convNorm("stem.conv", "stem.norm", Network.INPUT, channels, in, 3, 1, Activation.RELU);
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      for (int block = 0; block < BLOCKS; block++) {
        String name = "stage" + (stage + 1) + ".block" + (block + 1);
        int out = Width.round(width, CHANNELS[stage], name);
        int stride = stage > 0 && block == 0 ? 2 : 1;
        row = block(rows, name, row, in, out, stride);
        in = out;
      }
    }
    return rows.classify(row, in, classes);
  }

  /** Two 3x3 convolutions beside a shortcut, which is 1x1 where shapes change. */
  private static String block(
      NetworkBuilder rows, String name, String input, int in, int out, int stride) {
    String first =
        rows.convNorm(name + ".conv1", name + ".norm1", input, in, out, 3, stride, Activation.RELU);
    String second =
        rows.convNorm(name + ".conv2", name + ".norm2", first, out, out, 3, 1, Activation.IDENTITY);
    String shortcut =
        stride == 1 && in == out
            ? input
            : rows.convNorm(
                name + ".shortcut",
                name + ".shortcut-norm",
                input,
                in,
                out,
                1,
                stride,
                Activation.IDENTITY);
    return rows.add(new Layer.Add(name + ".add", second, shortcut, Activation.RELU));
  }
}
