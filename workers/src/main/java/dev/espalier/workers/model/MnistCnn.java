package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.math.BigDecimal;
import java.util.List;

/** Two convolutions and two dense layers: 421,642 parameters on MNIST at width 1. */
final class MnistCnn {
  private MnistCnn() {}

  static List<Layer> layers(BigDecimal width, Shape image, int classes) {
    NetworkBuilder rows = new NetworkBuilder();
    int first = Width.round(width, 32, "conv1");
    int second = Width.round(width, 64, "conv2");
    int hidden = Width.round(width, 128, "dense1");
    String row = convPool(rows, 1, Network.INPUT, image.channels(), first);
    row = convPool(rows, 2, row, first, second);
    // Images too small for two poolings are refused by the table's own check.
    int pixels = Math.max(1, (image.height() / 4) * (image.width() / 4));
    row = rows.add(new Layer.Dense("dense1", row, pixels * second, hidden, Activation.RELU));
    rows.add(new Layer.Output("dense2", row, hidden, classes));
    return rows.layers();
  }

  private static String convPool(NetworkBuilder rows, int number, String input, int in, int out) {
    String convolved =
        rows.add(
            new Layer.Convolution("conv" + number, input, in, out, 3, 1, 1, true, Activation.RELU));
    return rows.add(Pool.max("pool" + number, convolved, 2));
  }
}
