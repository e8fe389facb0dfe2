package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.util.ArrayList;
import java.util.List;

/** Writes a table row by row; each method adds rows and gives the name of the last one. */
final class NetworkBuilder {
  private final List<Layer> layers = new ArrayList<>();

  List<Layer> layers() {
    return layers;
  }

  String add(Layer layer) {
    layers.add(layer);
    return layer.name();
  }

  /** A convolution without bias that keeps the image's size at stride 1, then batch norm. */
  String convNorm(
      String conv,
      String norm,
      String input,
      int in,
      int out,
      int kernel,
      int stride,
      Activation activation) {
    String convolved =
        add(
            new Layer.Convolution(
                conv, input, in, out, kernel, stride, kernel / 2, false, Activation.IDENTITY));
    return add(new Layer.BatchNorm(norm, convolved, out, activation));
  }

  /** The mean over the pixels and a dense layer to the classes. */
  List<Layer> classify(String input, int channels, int classes) {
    String pooled = add(new Layer.GlobalAveragePool("pool", input));
    add(new Layer.Output("classifier", pooled, channels, classes));
    return layers;
  }
}
