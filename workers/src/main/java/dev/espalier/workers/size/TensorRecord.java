package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.coding.Places;
import dev.espalier.workers.coding.Scales;
import dev.espalier.workers.coding.ValueCoding;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One tensor in the file: name, kind and shape, then the places and the values in their smallest
 * forms. What is smallest follows from the values alone. Kernels of 8-bit integers have their
 * scales before the values, and integers as values.
 */
final class TensorRecord {
  private static final int MAX_DIMENSIONS = 16;

  // Each list is in the order of the numbers in the file.
  private static final List<Tensor.Kind> KINDS =
      List.of(
          Tensor.Kind.CONVOLUTION, Tensor.Kind.DEPTHWISE, Tensor.Kind.DENSE, Tensor.Kind.VECTOR);
  private static final List<IndexCoding.Form> PLACES =
      List.of(
          IndexCoding.Form.ALL,
          IndexCoding.Form.BITMASK,
          IndexCoding.Form.GAPS,
          IndexCoding.Form.GAPS_HUFFMAN);
  private static final List<ValueCoding.Form> PAYLOADS =
      List.of(ValueCoding.Form.PLAIN, ValueCoding.Form.TABLE, ValueCoding.Form.TABLE_HUFFMAN);

  /** Stands where others have a form of their values. */
  private static final int INTEGERS = 3;

  private TensorRecord() {}

  /**
   * Appends a record of whole bytes.
   *
   * @param integers of a kernel that is one of 8-bit integers; null for 32-bit floats
   * @param previous name in the file, whose beginning is not repeated
   * @return the word for the encoding
   */
  static String write(
      BitWriter out, Tensor tensor, @Nullable QuantizedKernel integers, String previous) {
    float[] values = integers == null ? tensor.values() : NumberType.floats(integers.integers());
    NumberType number = integers == null ? NumberType.FLOAT32 : NumberType.INT8;
    BitSet stored = Places.all(values.length);
    IndexCoding places = IndexCoding.ALL;
    ValueCoding payload = ValueCoding.smallest(values, stored, number);
    BitSet nonZero = Places.nonZero(values);
    if (nonZero.cardinality() < values.length) {
      IndexCoding sparsePlaces = IndexCoding.smallest(nonZero, values.length);
      ValueCoding sparsePayload = ValueCoding.smallest(values, nonZero, number);
      if (sparsePlaces.bits() + sparsePayload.bits() < payload.bits()) {
        stored = nonZero;
        places = sparsePlaces;
        payload = sparsePayload;
      }
    }
    writeName(out, tensor.name(), previous);
    out.bits(KINDS.indexOf(tensor.kind()), 3);
    out.bits(tensor.trainable() ? 1 : 0, 1);
    out.bits(PLACES.indexOf(places.form()), 2);
    out.bits(integers == null ? PAYLOADS.indexOf(payload.form()) : INTEGERS, 2);
    out.varint(tensor.shape().size());
    tensor.shape().forEach(out::varint);
    out.varint(tensor.positions());
    places.write(out, stored, values.length);
    if (integers != null) {
      out.varint(integers.scales().size());
      Scales.write(out, integers.scales());
      out.bits(PAYLOADS.indexOf(payload.form()), 2);
    }
    payload.write(out, values, stored);
    out.align();
    return word(number, places.form(), payload.form());
  }

  /**
   * Reads a record.
   *
   * @param scales by kernel of 8-bit integers, to which those of this one are added
   * @param decoded what the file takes in memory so far, to which the record is added before
   *     anything is made for it
   */
  static Tensor read(
      BitReader in, String previous, Map<String, List<Float>> scales, DecodedSize decoded) {
    String name = readName(in, previous, decoded);
    Tensor.Kind kind = choice(in, "a kind", KINDS, 3);
    boolean trainable = in.bit() == 1;
    IndexCoding.Form places = choice(in, "places", PLACES, 2);
    int payload = (int) in.bits(2);
    int dimensions = (int) in.varint("dimensions", 0, MAX_DIMENSIONS);
    List<Integer> shape = new ArrayList<>();
    long size = 1;
    for (int i = 0; i < dimensions; i++) {
      shape.add((int) in.varint("a dimension", 0, Integer.MAX_VALUE));
      size *= shape.get(i);
      decoded.checkValues(in, name, size);
    }
    decoded.addValues(in, name, size);
    long positions = in.varint("positions", 0, Long.MAX_VALUE);
    BitSet stored = IndexCoding.read(in, places, (int) size);
    if (payload < INTEGERS) {
      float[] values =
          ValueCoding.read(in, NumberType.FLOAT32, PAYLOADS.get(payload), stored, (int) size);
      in.align();
      return new Tensor(name, kind, shape, positions, trainable, values);
    }
    QuantizedKernel integers = readIntegers(in, name, shape, stored, (int) size);
    scales.put(name, integers.scales());
    in.align();
    return new Tensor(name, kind, shape, positions, trainable, integers.values());
  }

  private static QuantizedKernel readIntegers(
      BitReader in, String name, List<Integer> shape, BitSet stored, int size) {
    int channels = shape.isEmpty() ? 1 : shape.get(0);
    long count = in.varint("the number of scales", 0, Integer.MAX_VALUE);
    List<Float> scales = Scales.read(in, name, channels, count);
    ValueCoding.Form form = choice(in, "integers", PAYLOADS, 2);
    float[] integers = ValueCoding.read(in, NumberType.INT8, form, stored, size);
    return new QuantizedKernel(NumberType.integers(integers), scales);
  }

  private static <T> T choice(BitReader in, String what, List<T> choices, int bits) {
    int number = (int) in.bits(bits);
    if (number >= choices.size()) {
      throw in.error(what + " must have a number below " + choices.size(), number);
    }
    return choices.get(number);
  }

  private static void writeName(BitWriter out, String name, String previous) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] before = previous.getBytes(StandardCharsets.UTF_8);
    int shared = Arrays.mismatch(bytes, before);
    shared = shared < 0 ? bytes.length : shared;
    out.varint(shared);
    out.varint(bytes.length - shared);
    for (int i = shared; i < bytes.length; i++) {
      out.bits(bytes[i] & 0xff, 8);
    }
  }

  private static String readName(BitReader in, String previous, DecodedSize decoded) {
    byte[] before = previous.getBytes(StandardCharsets.UTF_8);
    int shared = (int) in.varint("bytes of the name before", 0, before.length);
    int own = (int) in.varint("bytes of the name", 0, in.left());
    decoded.addName(in, shared + own);
    byte[] bytes = Arrays.copyOf(before, shared + own);
    for (int i = shared; i < bytes.length; i++) {
      bytes[i] = (byte) in.bits(8);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String word(NumberType number, IndexCoding.Form places, ValueCoding.Form payload) {
    boolean table = payload != ValueCoding.Form.PLAIN;
    boolean huffman =
        payload == ValueCoding.Form.TABLE_HUFFMAN || places == IndexCoding.Form.GAPS_HUFFMAN;
    String first =
        switch (places) {
          case ALL -> table ? "codebook" : "dense";
          case BITMASK -> table ? "bitmask-codebook" : "bitmask";
          case GAPS, GAPS_HUFFMAN -> table ? "sparse-codebook" : "sparse";
        };
    String whole = huffman ? first + "-huffman" : first;
    if (number == NumberType.FLOAT32) {
      return whole;
    }
    return whole.equals("dense") ? "int8" : "int8-" + whole;
  }
}
