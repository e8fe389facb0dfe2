package dev.espalier.workers.facts;

import java.io.Serializable;
import java.util.List;

/** The layers of a network: those of an architecture that has a name, or a list of them. */
public sealed interface Architecture extends Serializable {
  /** What configs, trials and charts call it. */
  String name();

  /** One that comes with Espalier: {@code resnet18}, {@code mobilenetv2} or {@code mnist-cnn}. */
  record Known(String name) implements Architecture {}

  /**
   * Layers that a config lists.
   *
   * @param name that of no known one
   * @param layers one line each, such as {@code conv 16 3 stride 2}; without the output layer,
   *     which has as many neurons as there are classes
   */
  record Listed(String name, List<String> layers) implements Architecture {
    public Listed {
      layers = List.copyOf(layers);
    }
  }
}
