package dev.espalier.workers.stage;

import java.util.Map;
import java.util.Set;

/** What the rows of a network compute from images; nothing is computed that is not asked for. */
public interface Activations {

  /**
   * The mean absolute value of each channel over images and pixels, after the row's activation
   * function, with the running statistics of batch norm.
   *
   * @param rows names of rows of the network's table
   * @return by row; as many as the row has channels
   */
  Map<String, double[]> meanAbsolute(Set<String> rows);
}
