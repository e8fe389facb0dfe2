package dev.espalier.workers.tflite;

import dev.espalier.workers.coding.BitWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The integers of a kernel as the operator DECODE of TensorFlow Lite for Microcontrollers reads
 * them (its {@code decode_state_prune.cc} and {@code decode_state_lut.cc}, of August 2026).
 *
 * <p>The ancillary bytes begin with a header of 16: the type of the encoding, the version of the
 * header, two zeros, the version of the encoding, and for tables the bits of an index and the
 * distance of two tables; the others are 0.
 *
 * @param encoded a bit for each integer, 1 unless it is 0; or an index for each integer into its
 *     channel's table. The highest bit of a byte comes first
 * @param ancillary the header, then the integers that are not 0, or the tables
 */
@SuppressWarnings("ArrayRecordComponent") // lives while a graph is built
record EncodedKernel(byte[] encoded, byte[] ancillary) {
  /** Bytes in front of the values. */
  static final int HEADER = 16;

  /** The type of an encoding by tables. */
  static final int TABLES = 0;

  /** The type of an encoding by a bit for each integer. */
  static final int BITMAP = 2;

  private static final int VERSION = 1;
  private static final int MOST_VALUES = 1 << 7;

  /**
   * Which integers of a kernel have a scale of their own.
   *
   * @param count of scales
   * @param last whether the channel is the last index of the kernel; otherwise it is the first
   */
  record Channels(int count, boolean last) {
    /** The channel of an integer. */
    int of(int index, int size) {
      return last ? index % count : index / (size / count);
    }
  }

  /** The shortest encoding. */
  static EncodedKernel shortest(byte[] integers, Channels channels) {
    return Stream.of(
            bitmap(integers),
            tables(integers, channels, new Channels(1, false)),
            tables(integers, channels, channels))
        .flatMap(Stream::ofNullable)
        .min(Comparator.comparingInt(EncodedKernel::bytes))
        .orElseThrow();
  }

  private static EncodedKernel bitmap(byte[] integers) {
    BitWriter bits = new BitWriter();
    ByteArrayOutputStream ancillary = header(BITMAP, 0, 0);
    for (byte integer : integers) {
      bits.bits(integer == 0 ? 0 : 1, 1);
      if (integer != 0) {
        ancillary.write(integer);
      }
    }
    bits.align();
    return new EncodedKernel(bits.toByteArray(), ancillary.toByteArray());
  }

  /**
   * Tables of the integers in each group of channels; null where one has too many. The operator
   * steps from table to table by a distance, and stays at a single one where that is 0.
   *
   * @param groups the channels, or all of them as one
   */
  private static @Nullable EncodedKernel tables(
      byte[] integers, Channels channels, Channels groups) {
    List<byte[]> tables = new ArrayList<>();
    int most = 0;
    for (TreeSet<Byte> values : values(integers, groups)) {
      byte[] table = new byte[values.size()];
      int next = 0;
      for (byte value : values) {
        table[next++] = value;
      }
      tables.add(table);
      most = Math.max(most, table.length);
    }
    if (most > MOST_VALUES) {
      return null;
    }
    int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(most - 1));
    boolean single = groups.count() < channels.count();
    ByteArrayOutputStream ancillary = header(TABLES, bits, single ? 0 : most);
    for (byte[] table : tables) {
      ancillary.writeBytes(Arrays.copyOf(table, most));
    }
    BitWriter indices = new BitWriter();
    for (int i = 0; i < integers.length; i++) {
      byte[] table = tables.get(groups.of(i, integers.length));
      indices.bits(Arrays.binarySearch(table, integers[i]), bits);
    }
    indices.align();
    return new EncodedKernel(indices.toByteArray(), ancillary.toByteArray());
  }

  private static List<TreeSet<Byte>> values(byte[] integers, Channels groups) {
    List<TreeSet<Byte>> values = new ArrayList<>();
    for (int group = 0; group < groups.count(); group++) {
      values.add(new TreeSet<>());
    }
    for (int i = 0; i < integers.length; i++) {
      values.get(groups.of(i, integers.length)).add(integers[i]);
    }
    return values;
  }

  private static ByteArrayOutputStream header(int type, int bits, int distance) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(
        new byte[] {(byte) type, VERSION, 0, 0, VERSION, (byte) bits, (byte) distance});
    header.writeBytes(new byte[HEADER - header.size()]);
    return header;
  }

  /** Of both parts. */
  int bytes() {
    return encoded.length + ancillary.length;
  }
}
