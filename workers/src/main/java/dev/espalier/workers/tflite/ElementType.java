package dev.espalier.workers.tflite;

/** What the values of a tensor are. */
enum ElementType {
  FLOAT32(4),
  INT32(4),
  INT8(1),
  UINT8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value. */
  int bytes() {
    return bytes;
  }
}
