package dev.espalier.workers.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Kernel and bias of a layer as bytes, little endian.
 *
 * @param type of the kernel
 * @param kernel [out, in, height, width] or [out, in]
 * @param scales of the kernel: one for each output or a single one; none where it is of floats
 * @param bias [out]: floats, or 32-bit integers where the kernel is of integers
 */
@SuppressWarnings("ArrayRecordComponent") // lives while a graph is built
record Parameters(ElementType type, byte[] kernel, List<Float> scales, byte[] bias) {

  static Parameters of(float[] kernel, float[] bias) {
    return new Parameters(ElementType.FLOAT32, bytes(kernel), List.of(), bytes(bias));
  }

  static Parameters of(byte[] kernel, float[] scales, int[] bias) {
    List<Float> list = new ArrayList<>();
    for (float scale : scales) {
      list.add(scale);
    }
    return new Parameters(ElementType.INT8, kernel, list, bytes(bias));
  }

  /** How many outputs there are. */
  int outputs() {
    return bias.length / biasType().bytes();
  }

  ElementType biasType() {
    return type == ElementType.INT8 ? ElementType.INT32 : type;
  }

  /**
   * The kernel of a convolution in TensorFlow Lite's order: [out, height, width, in], and of a
   * depthwise one [height, width, out].
   *
   * @param pixels height times width
   */
  byte[] channelsLast(boolean depthwise, int pixels) {
    int values = kernel.length / type.bytes();
    int blocks = depthwise ? 1 : outputs();
    int channels = values / blocks / pixels;
    byte[] moved = new byte[kernel.length];
    for (int i = 0; i < values; i++) {
      int channel = i / pixels % channels;
      int block = i / pixels / channels;
      int target = (block * pixels + i % pixels) * channels + channel;
      System.arraycopy(kernel, i * type.bytes(), moved, target * type.bytes(), type.bytes());
    }
    return moved;
  }

  static byte[] bytes(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
