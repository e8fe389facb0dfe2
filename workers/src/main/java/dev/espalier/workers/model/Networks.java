package dev.espalier.workers.model;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import java.util.List;

/** The architectures that come with Espalier. */
public final class Networks {
  private Networks() {}

  /** The names that {@link #of} knows. */
  public static List<String> architectures() {
    return List.of("resnet18", "mobilenetv2", "mnist-cnn");
  }

  /**
   * The table of an architecture at a width, for the images and classes of a data set.
   *
   * @throws IllegalArgumentException if there is no such architecture, if the width leaves a layer
   *     without channels, or if the images are too small
   */
  public static Network of(Model model, DataFacts data) {
    Shape image = new Shape(data.height(), data.width(), data.channels());
    List<Layer> layers =
        switch (model.architecture()) {
          case "resnet18" -> ResNet18.layers(model.width(), image.channels(), data.classes());
          case "mobilenetv2" -> MobileNetV2.layers(model.width(), image.channels(), data.classes());
          case "mnist-cnn" -> MnistCnn.layers(model.width(), image, data.classes());
          default ->
              throw new IllegalArgumentException(
                  "model.architecture: must be one of "
                      + String.join(", ", architectures())
                      + ", found "
                      + model.architecture());
        };
    return new Network(image.height(), image.width(), image.channels(), layers);
  }
}
