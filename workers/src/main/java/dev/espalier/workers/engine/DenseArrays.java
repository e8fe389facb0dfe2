package dev.espalier.workers.engine;

import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.NativeBuffer;
import java.nio.FloatBuffer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ND4J's arrays as oneDNN reads them: values one after the other, in C order. */
final class DenseArrays {
  private DenseArrays() {}

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

  /** The address of the first value; {@code data().address()} would leave out a view's offset. */
  static long address(INDArray array) {
    return array.data().addressPointer().address();
  }

  /** The values of a dense array, not a copy. */
  static FloatBuffer floats(INDArray array) {
    return NativeBuffer.floats(address(array), array.length()).asBuffer();
  }

  /** The format of an array of images, plain or blocked; vectors are images of one pixel. */
  static ImageFormat format(INDArray images) {
    int batch = (int) images.size(0);
    if (images.rank() == 2) {
      return ImageFormat.plain(batch, (int) images.size(1), 1, 1);
    }
    if (images.rank() == 4) {
      return ImageFormat.plain(
          batch, (int) images.size(3), (int) images.size(1), (int) images.size(2));
    }
    int block = (int) images.size(4);
    return new ImageFormat(
        batch, block * (int) images.size(1), (int) images.size(2), (int) images.size(3), block);
  }
}
