package dev.espalier.workers.export;

import dev.espalier.workers.tflite.TfliteModel;
import java.util.HexFormat;

/**
 * A file for TensorFlow Lite for Microcontrollers as C++ source: an array, its length, and the size
 * of an arena that it runs in.
 *
 * @param name of both files without their endings, and of the namespace: an identifier of C++
 * @param header the content of {@code name.h}
 * @param source the content of {@code name.cc}
 */
record CArray(String name, String header, String source) {
  private static final int BYTES_PER_LINE = 16;

  /** The interpreter aligns its arena to so many bytes. */
  private static final long ALIGNMENT = 16;

  /**
   * The source of a model.
   *
   * @param trial its name, for people
   */
  static CArray of(String name, String trial, TfliteModel model) {
    if (!name.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "the name of an array must be an identifier of a-z, 0-9 and _, found " + name);
    }
    byte[] file = model.file();
    return new CArray(name, header(name, trial, file.length, model), source(name, file));
  }

  private static String header(String name, String trial, int bytes, TfliteModel model) {
    String guard = name.toUpperCase(java.util.Locale.ROOT) + "_H_";
    return """
        // %1$s, a network for TensorFlow Lite for Microcontrollers. Written by Espalier.
        #ifndef %2$s
        #define %2$s

        #include <cstddef>

        namespace %3$s {

        // The network: a .tflite file, aligned to 16 bytes.
        constexpr std::size_t kModelBytes = %4$d;
        extern const unsigned char kModel[kModelBytes];

        // Bytes of an arena that suffices for reference kernels; optimized ones, such as
        // CMSIS-NN's, may need more.
        constexpr std::size_t kArenaBytes = sizeof(void*) > 4 ? %5$d : %6$d;

        }  // namespace %3$s

        #endif  // %2$s
        """
        .formatted(
            trial,
            guard,
            name,
            bytes,
            aligned(model.wholeArenaBytes64()),
            aligned(model.wholeArenaBytes()));
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static String source(String name, byte[] file) {
    StringBuilder text = new StringBuilder();
    text.append("#include \"").append(name).append(".h\"\n\n");
    text.append("namespace ").append(name).append(" {\n\n");
    text.append("alignas(16) const unsigned char kModel[kModelBytes] = {\n");
    HexFormat hex = HexFormat.ofDelimiter(", ").withPrefix("0x");
    for (int from = 0; from < file.length; from += BYTES_PER_LINE) {
      int to = Math.min(from + BYTES_PER_LINE, file.length);
      text.append("    ").append(hex.formatHex(file, from, to)).append(",\n");
    }
    return text.append("};\n\n}  // namespace ").append(name).append('\n').toString();
  }
}
