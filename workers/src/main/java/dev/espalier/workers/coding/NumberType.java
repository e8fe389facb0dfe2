package dev.espalier.workers.coding;

/** A number of a file, which is a float in memory. */
public enum NumberType {
  /** IEEE 754 binary32, bit for bit. */
  FLOAT32(32),
  /** An integer in [-127, 127], in two's complement. */
  INT8(8);

  private final int bits;

  NumberType(int bits) {
    this.bits = bits;
  }

  /** Integers as such floats. */
  public static float[] floats(byte[] integers) {
    float[] floats = new float[integers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = integers[i];
    }
    return floats;
  }

  /** The integers that such floats stand for. */
  public static byte[] integers(float[] floats) {
    byte[] integers = new byte[floats.length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (byte) floats[i];
    }
    return integers;
  }

  public int bits() {
    return bits;
  }

  /** Appends a number, which is one of this type. */
  public void write(BitWriter out, float value) {
    if (this == FLOAT32) {
      out.bits(Float.floatToRawIntBits(value) & 0xffffffffL, bits);
    } else {
      out.bits((int) value & 0xff, bits);
    }
  }

  /**
   * Reads a number.
   *
   * @throws IllegalArgumentException if it is none of this type
   */
  public float read(BitReader in) {
    int read = (int) in.bits(bits);
    if (this == FLOAT32) {
      return Float.intBitsToFloat(read);
    }
    if ((byte) read == Byte.MIN_VALUE) {
      throw in.error("an integer must be in [-127, 127]", (byte) read);
    }
    return (byte) read;
  }
}
