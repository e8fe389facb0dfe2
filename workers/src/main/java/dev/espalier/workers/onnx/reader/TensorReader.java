package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.onnx.reader.Value.Constant;
import dev.espalier.workers.onnx.reader.Value.Floats;
import dev.espalier.workers.onnx.reader.Value.Integers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorProto.DataLocation;
import onnx.OnnxMl.TensorProto.DataType;

/** Constants of a file as numbers. Nothing is allocated before the file is seen to hold it. */
final class TensorReader {
  /** Of all constants that are read together, 1 GiB of floats. */
  private static final long MOST_VALUES = 1L << 28;

  private static final int MOST_AXES = 8;

  private final ExternalData external;
  private long left = MOST_VALUES;

  TensorReader(ExternalData external) {
    this.external = external;
  }

  /**
   * The numbers of a tensor.
   *
   * @throws RefusalException if the file does not hold as many as its shape says, or those of
   *     another type
   */
  Constant read(TensorProto tensor) throws RefusalException {
    DataType type = DataType.forNumber(tensor.getDataType());
    int bytes = bytes(type);
    int count = count(tensor);
    List<Long> dims = tensor.getDimsList();
    if (type == DataType.FLOAT || type == DataType.DOUBLE) {
      return new Floats(dims, floats(tensor, type, count, bytes));
    }
    return new Integers(dims, integers(tensor, type, count, bytes));
  }

  /** Of a number. */
  private static int bytes(DataType type) throws RefusalException {
    if (type == DataType.DOUBLE || type == DataType.INT64) {
      return Long.BYTES;
    } else if (type == DataType.FLOAT || type == DataType.INT32) {
      return Float.BYTES;
    } else if (type == DataType.BOOL || type == DataType.UINT8 || type == DataType.INT8) {
      return 1;
    }
    throw new RefusalException(
        "a constant must be of the type FLOAT, DOUBLE, INT64, INT32, INT8, UINT8 or BOOL", type);
  }

  /** How many numbers the shape asks for. */
  private int count(TensorProto tensor) throws RefusalException {
    String rule =
        "constants must have at most %d axes and %d values together"
            .formatted(MOST_AXES, MOST_VALUES);
    if (tensor.getDimsCount() > MOST_AXES) {
      throw new RefusalException(rule, tensor.getDimsCount() + " axes");
    }
    long count = 1;
    for (long size : tensor.getDimsList()) {
      if (size < 0 || size > MOST_VALUES || count * size > left) {
        throw new RefusalException(rule, "the shape " + tensor.getDimsList());
      }
      count *= size;
    }
    left -= count;
    return (int) count;
  }

  private float[] floats(TensorProto tensor, DataType type, int count, int bytes)
      throws RefusalException {
    boolean isFloat = type == DataType.FLOAT;
    int listed = isFloat ? tensor.getFloatDataCount() : tensor.getDoubleDataCount();
    ByteBuffer raw = listed > 0 ? null : raw(tensor, count, bytes);
    if (raw == null && listed != count) {
      throw miscounted(tensor, count, listed + " values");
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      if (isFloat) {
        values[i] = raw == null ? tensor.getFloatData(i) : raw.getFloat();
      } else {
        values[i] = (float) (raw == null ? tensor.getDoubleData(i) : raw.getDouble());
      }
      if (!Float.isFinite(values[i])) {
        throw new RefusalException("a constant must be finite", values[i] + " as value " + i);
      }
    }
    return values;
  }

  private long[] integers(TensorProto tensor, DataType type, int count, int bytes)
      throws RefusalException {
    boolean isLong = type == DataType.INT64;
    int listed = isLong ? tensor.getInt64DataCount() : tensor.getInt32DataCount();
    ByteBuffer raw = listed > 0 ? null : raw(tensor, count, bytes);
    if (raw == null && listed != count) {
      throw miscounted(tensor, count, listed + " values");
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      if (raw == null) {
        values[i] = isLong ? tensor.getInt64Data(i) : tensor.getInt32Data(i);
      } else {
        values[i] = integer(raw, type);
      }
      if (values[i] == Value.BATCH) {
        throw new RefusalException("a whole number must be above -2^63", values[i]);
      }
    }
    return values;
  }

  private static long integer(ByteBuffer raw, DataType type) {
    if (type == DataType.INT64) {
      return raw.getLong();
    } else if (type == DataType.INT32) {
      return raw.getInt();
    }
    byte value = raw.get();
    return type == DataType.INT8 ? value : value & 0xff;
  }

  private ByteBuffer raw(TensorProto tensor, int count, int bytes) throws RefusalException {
    long length = (long) count * bytes;
    if (length > Integer.MAX_VALUE - 8) {
      throw new RefusalException("a constant must have less than 2 GiB", length + " bytes");
    }
    ByteBuffer raw =
        tensor.getDataLocation() == DataLocation.EXTERNAL
            ? external.read(tensor, (int) length)
            : tensor.getRawData().asReadOnlyByteBuffer();
    if (raw.remaining() != length) {
      throw miscounted(tensor, count, raw.remaining() + " bytes");
    }
    return raw.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static RefusalException miscounted(TensorProto tensor, int count, String found) {
    return new RefusalException(
        "a constant of shape %s must have %d values".formatted(tensor.getDimsList(), count), found);
  }
}
