package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The precision of a network whose numbers are not all 32-bit floats, behind its records. The
 * scales of kernels stand in their records.
 */
final class PrecisionCoding {
  private static final int FLOAT16 = 0;
  private static final int INT8_WEIGHTS = 1;
  private static final int INT8 = 2;

  private PrecisionCoding() {}

  /**
   * Appends whole bytes.
   *
   * @param recorded the scales that the records have
   * @throws IllegalArgumentException if they are not those of {@code precision}
   */
  static void write(BitWriter out, Precision precision, Map<String, List<Float>> recorded) {
    if (!precision.kernelScales().equals(recorded)) {
      throw new IllegalArgumentException(
          "a precision must have the scales of the records, those of %s, found those of %s"
              .formatted(recorded.keySet(), precision.kernelScales().keySet()));
    }
    if (precision instanceof Precision.Int8 int8) {
      out.bits(INT8, 8);
      writeActivations(out, new TreeMap<>(int8.activations()));
    } else {
      out.bits(precision instanceof Precision.Float16 ? FLOAT16 : INT8_WEIGHTS, 8);
    }
  }

  private static void writeActivations(BitWriter out, SortedMap<String, Affine> activations) {
    TextCoding.write(out, String.join("\n", activations.keySet()));
    out.align();
    for (Affine affine : activations.values()) {
      out.bits(Float.floatToRawIntBits(affine.scale()) & 0xffffffffL, 32);
      out.bits(affine.zeroPoint() & 0xff, 8);
    }
  }

  static Precision read(BitReader in, Map<String, List<Float>> scales) {
    int kind = (int) in.bits(8);
    if (kind == FLOAT16 && !scales.isEmpty()) {
      throw in.error("a network of 16-bit floats must have no scales", scales.keySet());
    }
    return switch (kind) {
      case FLOAT16 -> new Precision.Float16();
      case INT8_WEIGHTS -> new Precision.Int8Weights(scales);
      case INT8 -> new Precision.Int8(scales, readActivations(in));
      default -> throw in.error("a precision must have a number below 3", kind);
    };
  }

  private static Map<String, Affine> readActivations(BitReader in) {
    String rows = TextCoding.read(in);
    in.align();
    TreeMap<String, Affine> activations = new TreeMap<>();
    for (String row : rows.isEmpty() ? new String[0] : rows.split("\n", -1)) {
      if (!activations.isEmpty() && row.compareTo(activations.lastKey()) <= 0) {
        throw in.error(
            "the rows of activations must rise from " + activations.lastKey(), "\"" + row + "\"");
      }
      float scale = Float.intBitsToFloat((int) in.bits(32));
      if (!(scale > 0) || Float.isInfinite(scale)) {
        throw in.error(row + ": a scale must be finite and above 0", scale);
      }
      activations.put(row, new Affine(scale, (byte) in.bits(8)));
    }
    return activations;
  }
}
