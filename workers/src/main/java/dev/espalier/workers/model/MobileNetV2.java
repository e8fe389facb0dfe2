package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.math.BigDecimal;
import java.util.List;

/**
 * MobileNetV2 (arXiv 1801.04381) with torchvision's block: the shortcut is the identity, and only
 * where the shape stays.
 *
 * <p>NOTE: strides are those for 32x32 images: the stem and the second group have stride 1, where
 * the paper's for ImageNet have 2.
 */
final class MobileNetV2 {
  private record Group(int expansion, int channels, int blocks, int stride) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(1, 16, 1, 1),
          new Group(6, 24, 2, 1),
          new Group(6, 32, 3, 2),
          new Group(6, 64, 4, 2),
          new Group(6, 96, 3, 1),
          new Group(6, 160, 3, 2),
          new Group(6, 320, 1, 1));
  private static final int STEM = 32;
  private static final int HEAD = 1280;

  private MobileNetV2() {}

  static List<Layer> layers(BigDecimal width, int channels, int classes) {
    NetworkBuilder rows = new NetworkBuilder();
    int in = Width.divisible(width, STEM);
    String row =
        rows.convNorm(
            "stem.conv", "stem.norm", Network.INPUT, channels, in, 3, 1, Activation.RELU6);
    int number = 1;
    for (Group group : GROUPS) {
      int out = Width.divisible(width, group.channels());
      for (int block = 0; block < group.blocks(); block++) {
        int stride = block == 0 ? group.stride() : 1;
        row = block(rows, "block" + number++, row, in, out, group.expansion(), stride);
        in = out;
      }
    }
    int head = Width.divisible(width.max(BigDecimal.ONE), HEAD);
    row = rows.convNorm("head.conv", "head.norm", row, in, head, 1, 1, Activation.RELU6);
    return rows.classify(row, head, classes);
  }

  /** Expand 1x1, depthwise 3x3, project 1x1. */
  private static String block(
      NetworkBuilder rows, String name, String input, int in, int out, int expansion, int stride) {
    int hidden = in * expansion;
    String row = input;
    if (expansion != 1) {
      row =
          rows.convNorm(
              name + ".expand", name + ".expand-norm", row, in, hidden, 1, 1, Activation.RELU6);
    }
    row = rows.add(new Layer.Depthwise(name + ".depthwise", row, hidden, 3, stride));
    row = rows.add(new Layer.BatchNorm(name + ".depthwise-norm", row, hidden, Activation.RELU6));
    row =
        rows.convNorm(
            name + ".project", name + ".project-norm", row, hidden, out, 1, 1, Activation.IDENTITY);
    return stride == 1 && in == out
        ? rows.add(new Layer.Add(name + ".add", input, row, Activation.IDENTITY))
        : row;
  }
}
