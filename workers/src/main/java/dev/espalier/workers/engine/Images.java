package dev.espalier.workers.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/** Arrays as oneDNN reads them. */
final class Images {
  private Images() {}

  /**
   * {@code array} itself if its values lie one after the other in C order, else a copy that does.
   */
  static INDArray dense(INDArray array) {
    boolean dense = array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
    return dense ? array : array.dup('c');
  }
}
