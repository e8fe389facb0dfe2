package dev.espalier.workers.engine;

import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.NativeBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.cpu.nativecpu.NDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's arrays as oneDNN reads them: values one after the other, in C order. */
final class DenseArrays {
  /** As ND4J's native library describes them; it keeps each for as long as the process lives. */
  private static final Map<LongBuffer, Pair<DataBuffer, long[]>> SHAPES = new ConcurrentHashMap<>();

  private DenseArrays() {}

  /**
   * {@code array} itself if it is dense, else a copy that is.
   *
   * @param lifetime of the copy, which must outlast its use
   */
  static INDArray dense(INDArray array, LayerWorkspaceMgr workspaces, ArrayType lifetime) {
    return isDense(array) ? array : workspaces.dup(lifetime, array, 'c');
  }

  /** A copy that is dense. */
  static INDArray copy(INDArray array, LayerWorkspaceMgr workspaces, ArrayType lifetime) {
    if (!isDense(array)) {
      return workspaces.dup(lifetime, array, 'c');
    }
    INDArray copy = uninitialized(workspaces, lifetime, array.shape());
    floats(copy).put(0, floats(array), 0, (int) array.length());
    return copy;
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

  /**
   * An array of floats in C order that is not filled. ND4J's own way describes each array's shape
   * in native memory, which takes longer than the arithmetic of a small row.
   *
   * @param lifetime the workspace in which it lies
   */
  @SuppressWarnings("try") // Arrays that are created while the scope is open lie in its workspace.
  static INDArray uninitialized(LayerWorkspaceMgr workspaces, ArrayType lifetime, long... shape) {
    Pair<DataBuffer, long[]> described =
        SHAPES.computeIfAbsent(LongBuffer.wrap(shape), DenseArrays::describe);
    try (MemoryWorkspace scope = workspaces.notifyScopeBorrowed(lifetime)) {
      return new NDArray(
          Nd4j.createBuffer(DataType.FLOAT, ArrayUtil.prodLong(shape), false),
          (org.nd4j.linalg.cpu.nativecpu.buffer.LongBuffer) described.getFirst(),
          described.getSecond());
    }
  }

  private static Pair<DataBuffer, long[]> describe(LongBuffer shape) {
    return Nd4j.getShapeInfoProvider().createShapeInformation(shape.array(), 'c', DataType.FLOAT);
  }

  /** The address of the first value; {@code data().address()} would leave out a view's offset. */
  static long address(INDArray array) {
    DataBuffer data = array.data();
    return data.pointer().address() + data.offset() * data.getElementSize();
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
