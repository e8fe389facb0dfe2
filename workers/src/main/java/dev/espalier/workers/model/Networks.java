package dev.espalier.workers.model;

import dev.espalier.workers.facts.Architecture;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import java.util.List;

/** Tables of the networks that configs name or list. */
public final class Networks {
  private Networks() {}

  /** The names of those that come with Espalier. */
  public static List<String> architectures() {
    return List.of("resnet18", "mobilenetv2", "mnist-cnn");
  }

  /**
   * The table of an architecture at a width, for the images and classes of a data set.
   *
   * @throws IllegalArgumentException if there is no such architecture, if a line is not one of a
   *     layer, if the width leaves a layer without channels, or if the images are too small
   */
  public static Network of(Model model, DataFacts data) {
    Shape image = new Shape(data.height(), data.width(), data.channels());
    List<Layer> layers =
        model.architecture() instanceof Architecture.Listed listed
            ? ListedNetwork.rows(listed.layers(), model.width(), image, data.classes())
            : known(model, image, data.classes());
    return new Network(image.height(), image.width(), image.channels(), layers);
  }

  private static List<Layer> known(Model model, Shape image, int classes) {
    return switch (model.name()) {
      case "resnet18" -> ResNet18.layers(model.width(), image.channels(), classes);
      case "mobilenetv2" -> MobileNetV2.layers(model.width(), image.channels(), classes);
      case "mnist-cnn" -> MnistCnn.layers(model.width(), image, classes);
      default ->
          throw new IllegalArgumentException(
              "model.architecture: must be one of "
                  + String.join(", ", architectures())
                  + ", found "
                  + model.name());
    };
  }
}
