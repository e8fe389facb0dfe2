package dev.espalier.workers.size;

import dev.espalier.workers.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A tensor as NumPy's array file, version 1.0: 32-bit floats, little-endian, in C order (NEP 1).
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /** The whole file. */
  public static byte[] encode(Tensor tensor) {
    String shape =
        tensor.shape().stream().map(size -> size + ",").collect(Collectors.joining(" ", "(", ")"));
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    int unpadded = MAGIC.length + 2 + header.length() + 1;
    int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
    byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file =
        ByteBuffer.allocate(MAGIC.length + 2 + text.length + 4 * tensor.values().length)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC).putShort((short) text.length).put(text);
    for (float value : tensor.values()) {
      file.putInt(Float.floatToRawIntBits(value));
    }
    return file.array();
  }
}
