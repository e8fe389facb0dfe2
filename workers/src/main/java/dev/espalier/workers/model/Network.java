package dev.espalier.workers.model;

import java.util.List;

/**
 * A network as a table: the rows in the order in which they are computed.
 *
 * @param height of the images it reads, in pixels
 * @param width of the images it reads, in pixels
 * @param channels of the images it reads
 * @param layers the last one is a {@link Layer.Output}
 */
public record Network(int height, int width, int channels, List<Layer> layers) {
  /** The name by which layers read the image. */
  public static final String INPUT = "input";

  public Network {
    layers = List.copyOf(layers);
  }
}
