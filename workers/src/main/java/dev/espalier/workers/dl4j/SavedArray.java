package dev.espalier.workers.dl4j;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Set;

/**
 * An array as {@code Nd4j.write} writes it, in its format of today and in those before: a buffer
 * with the shape, then one with the values, big-endian. Nothing is allocated by what the file
 * declares; the reader does so, once it has compared the length.
 *
 * @param type the name of the data type, such as {@code FLOAT}
 * @param length how many values there are
 * @param in stands at the first of them
 */
record SavedArray(String type, long length, DataInputStream in) {
  /** Kinds of memory that older versions wrote down; their lengths are ints. */
  private static final Set<String> SHORT_HEADERS = Set.of("DIRECT", "HEAP", "JAVACPP");

  private static final Set<String> LONG_HEADERS = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");

  /** Of 32 axes, each with its stride. */
  private static final int MAX_SHAPE = 2 * 32 + 4;

  private static final int CHUNK = 1 << 16;

  /**
   * Reads all that stands before the values.
   *
   * @throws IOException if it is no array
   */
  static SavedArray open(DataInputStream in) throws IOException {
    SavedArray shape = header(in);
    if (shape.length() > MAX_SHAPE) {
      throw new IOException("an array of " + shape.length() + " numbers as its shape");
    }
    in.readNBytes(Math.toIntExact(shape.length() * bytes(shape.type())));
    return header(in);
  }

  private static SavedArray header(DataInputStream in) throws IOException {
    String memory = in.readUTF();
    long length;
    if (SHORT_HEADERS.contains(memory)) {
      length = in.readInt();
    } else if (LONG_HEADERS.contains(memory)) {
      length = in.readLong();
    } else {
      throw new IOException("no array");
    }
    if (length < 0) {
      throw new IOException("an array of " + length + " values");
    }
    return new SavedArray(in.readUTF(), length, in);
  }

  private static int bytes(String type) throws IOException {
    return switch (type) {
      case "LONG", "DOUBLE" -> 8;
      case "INT", "FLOAT" -> 4;
      default -> throw new IOException("an array of the type " + type);
    };
  }

  /** Reads the values of a {@code FLOAT} array. */
  void readInto(FloatBuffer target) throws IOException {
    byte[] chunk = new byte[CHUNK];
    while (target.hasRemaining()) {
      int bytes = (int) Math.min(CHUNK, (long) Float.BYTES * target.remaining());
      in.readFully(chunk, 0, bytes);
      target.put(ByteBuffer.wrap(chunk, 0, bytes).asFloatBuffer());
    }
  }

  /**
   * Reads the values of a {@code FLOAT} or {@code DOUBLE} array.
   *
   * @param atMost of which there may be so many
   */
  double[] values(int atMost) throws IOException {
    if (length > atMost) {
      throw new IOException("an array of " + length + " values");
    }
    boolean floats = bytes(type) == Float.BYTES;
    double[] values = new double[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats ? in.readFloat() : in.readDouble();
    }
    return values;
  }
}
