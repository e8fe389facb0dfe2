package dev.espalier.workers.engine;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as oneDNN reads them: values one after the other, in C order. */
final class Images {
  private Images() {}

  /**
   * {@code array} itself if it is dense, else a copy that is.
   *
   * @param lifetime of the copy, which must outlast its use
   */
  static INDArray dense(INDArray array, LayerWorkspaceMgr workspaces, ArrayType lifetime) {
    return isDense(array) ? array : workspaces.dup(lifetime, array, 'c');
  }

  /** Strides along axes of one value mean nothing, and ND4J's own check trips over them. */
  static boolean isDense(INDArray array) {
    long stride = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) > 1 && array.stride(axis) != stride) {
        return false;
      }
      stride *= array.size(axis);
    }
    return true;
  }
}
