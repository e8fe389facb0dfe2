package dev.espalier.workers.model;

import java.math.BigDecimal;
import java.util.List;

/** Two convolutions and two dense layers: 421,642 parameters on MNIST at width 1. */
final class MnistCnn {
  private static final List<String> LAYERS =
      List.of("conv 32 3", "max-pool 2", "conv 64 3", "max-pool 2", "dense 128");

  private MnistCnn() {}

  static List<Layer> layers(BigDecimal width, Shape image, int classes) {
    ListedNetwork rows = new ListedNetwork(width, image);
    LAYERS.forEach(line -> rows.add(ListedLayer.read(line), ""));
    return rows.classify(classes, "");
  }
}
