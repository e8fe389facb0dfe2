package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.PrefixCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A text, UTF-8, its bytes Huffman-coded. */
final class TextCoding {
  private static final int MAX_BYTES = 1 << 20;
  private static final int BYTE = 8;

  private TextCoding() {}

  /**
   * Appends a text of at most 1,048,576 bytes.
   *
   * @throws IllegalArgumentException if it is longer
   */
  static void write(BitWriter out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a text must have at most " + MAX_BYTES + " bytes, found " + bytes.length);
    }
    out.varint(bytes.length);
    if (bytes.length == 0) {
      return;
    }
    long[] counts = new long[1 << BYTE];
    for (byte value : bytes) {
      counts[value & 0xff]++;
    }
    Symbols symbols = Symbols.byFrequency(counts);
    PrefixCode code = PrefixCode.huffman(symbols.counts());
    symbols.write(out, code, BYTE);
    for (byte value : bytes) {
      code.write(out, symbols.rank(value & 0xff));
    }
  }

  /** A few bytes can declare any number of equal ones, so the length has a bound of its own. */
  static String read(BitReader in) {
    int length = (int) in.varint("bytes of a text", 0, MAX_BYTES);
    if (length == 0) {
      return "";
    }
    int used = (int) in.varint("different bytes", 1, 1 << BYTE);
    PrefixCode code = PrefixCode.readLengths(in, used);
    Symbols symbols = Symbols.read(in, used, BYTE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
    for (int i = 0; i < length; i++) {
      bytes.write(symbols.symbol(code.read(in)));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
