package dev.espalier.workers.size;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.PrefixCode;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.stage.Hold;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What training must keep of one tensor, in three bits where it follows from the values, as it
 * mostly does: that zeros are held, or that equal weights are held together.
 */
final class HoldCoding {
  private static final int KIND_BITS = 3;

  private enum Kind {
    NONE,
    ZEROS,
    MASK,
    SHARED,
    CODES,
    FROZEN
  }

  // Both in the order of the numbers in the file.
  private static final List<Kind> KINDS =
      List.of(Kind.NONE, Kind.ZEROS, Kind.MASK, Kind.SHARED, Kind.CODES, Kind.FROZEN);
  private static final List<IndexCoding.Form> PLACES =
      List.of(
          IndexCoding.Form.ALL,
          IndexCoding.Form.BITMASK,
          IndexCoding.Form.GAPS,
          IndexCoding.Form.GAPS_HUFFMAN);

  private HoldCoding() {}

  static void write(BitWriter out, Tensor tensor, @Nullable Hold hold) {
    if (hold instanceof Hold.Zeros zeros) {
      writeZeros(out, tensor, zeros.mask());
    } else if (hold instanceof Hold.Shared shared) {
      writeShared(out, tensor, shared.codebook());
    } else {
      write(out, hold == null ? Kind.NONE : Kind.FROZEN);
    }
  }

  private static void writeZeros(BitWriter out, Tensor tensor, Mask mask) {
    if (mask.equals(zeros(tensor))) {
      write(out, Kind.ZEROS);
      return;
    }
    write(out, Kind.MASK);
    BitSet kept = mask.pruned();
    kept.flip(0, mask.size());
    IndexCoding places = IndexCoding.smallest(kept, mask.size());
    out.bits(PLACES.indexOf(places.form()), 2);
    places.write(out, kept, mask.size());
  }

  private static void writeShared(BitWriter out, Tensor tensor, Codebook codebook) {
    Codebook byValues = Codebook.ofShared(tensor.values());
    if (byValues != null && byValues.groupsAs(codebook)) {
      write(out, Kind.SHARED);
      return;
    }
    write(out, Kind.CODES);
    int greatest = IntStream.range(0, codebook.size()).map(codebook::code).max().orElse(0);
    out.varint(greatest);
    int width = PrefixCode.width(greatest + 1);
    for (int i = 0; i < codebook.size(); i++) {
      out.bits(codebook.code(i), width);
    }
  }

  private static void write(BitWriter out, Kind kind) {
    out.bits(KINDS.indexOf(kind), KIND_BITS);
  }

  static @Nullable Hold read(BitReader in, Tensor tensor) {
    int number = (int) in.bits(KIND_BITS);
    if (number >= KINDS.size()) {
      throw in.error(tensor.name() + ": a hold must have a number below " + KINDS.size(), number);
    }
    return switch (KINDS.get(number)) {
      case NONE -> null;
      case ZEROS -> new Hold.Zeros(zeros(tensor));
      case MASK -> new Hold.Zeros(readMask(in, tensor));
      case SHARED -> new Hold.Shared(shared(in, tensor));
      case CODES -> new Hold.Shared(readCodes(in, tensor));
      case FROZEN -> new Hold.Frozen();
    };
  }

  private static Mask readMask(BitReader in, Tensor tensor) {
    int size = tensor.values().length;
    BitSet kept = IndexCoding.read(in, PLACES.get((int) in.bits(2)), size);
    Mask mask = Mask.pruning(size, IntStream.range(0, size).filter(i -> !kept.get(i)).toArray());
    for (int index : mask.zeros()) {
      requireZero(in, tensor, index);
    }
    return mask;
  }

  private static Codebook shared(BitReader in, Tensor tensor) {
    Codebook codebook = Codebook.ofShared(tensor.values());
    if (codebook == null) {
      throw in.error(
          tensor.name() + ": must share at most " + Codebook.MAX_CENTROIDS + " values", "more");
    }
    return codebook;
  }

  private static Codebook readCodes(BitReader in, Tensor tensor) {
    int greatest = (int) in.varint("the greatest code", 0, Codebook.MAX_CENTROIDS);
    int width = PrefixCode.width(greatest + 1);
    float[] values = tensor.values();
    char[] codes = new char[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (char) in.bits(width);
      if (codes[i] > greatest) {
        throw in.error(tensor.name() + ": a code must be at most " + greatest, (int) codes[i]);
      }
    }
    Codebook codebook = Codebook.of(codes, values);
    float[] decoded = codebook.decode();
    for (int i = 0; i < codes.length; i++) {
      if (Float.floatToRawIntBits(decoded[i]) != Float.floatToRawIntBits(values[i])) {
        throw in.error(
            tensor.name() + ": value " + i + " must be that of its code, " + decoded[i], values[i]);
      }
    }
    return codebook;
  }

  private static void requireZero(BitReader in, Tensor tensor, int index) {
    float value = tensor.values()[index];
    if (Float.floatToRawIntBits(value) != 0) {
      throw in.error(tensor.name() + ": value " + index + " is held at 0.0", value);
    }
  }

  /** The mask that prunes what is +0.0. */
  private static Mask zeros(Tensor tensor) {
    float[] values = tensor.values();
    return Mask.pruning(
        values.length,
        IntStream.range(0, values.length)
            .filter(i -> Float.floatToRawIntBits(values[i]) == 0)
            .toArray());
  }
}
