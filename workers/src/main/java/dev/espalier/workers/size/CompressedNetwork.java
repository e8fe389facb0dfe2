package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a network as the bytes of an {@code .esp} file of version 1, whose number is
 * {@code size/compressed_bytes}. Checkpoints are of version 2 or 3, {@link NetworkFile}: these
 * bytes, and behind the records the network's table and what training must keep, which count for
 * nothing in that metric.
 *
 * <p>The bytes follow from the tensors alone: every tensor has the smallest of its encodings, and
 * the entropy coder is our own, so they do not depend on a zlib. Decoding gives every float back
 * bit for bit.
 *
 * <p>Content of the file, in its {@link FileFrame}: the number of tensors, a record for each.
 */
public final class CompressedNetwork {
  private final byte[] bytes;
  private final List<EncodedTensor> tensors;
  private final Map<String, List<Float>> scales;

  private CompressedNetwork(
      byte[] bytes, List<EncodedTensor> tensors, Map<String, List<Float>> scales) {
    this.bytes = bytes;
    this.tensors = List.copyOf(tensors);
    this.scales = Map.copyOf(scales);
  }

  /**
   * Encodes all tensors of a network as 32-bit floats, in the order given.
   *
   * @throws IllegalArgumentException if they have more than 200,000,000 values in all
   */
  public static CompressedNetwork encode(List<Tensor> network) {
    return encode(network, Map.of());
  }

  /**
   * Encodes all tensors of a network, in the order given: those that have scales as 8-bit integers,
   * all others as 32-bit floats.
   *
   * @param scales by the name of the tensor: one for each output channel, or a single one
   * @throws IllegalArgumentException if they have more than 200,000,000 values in all, or those of
   *     a tensor with scales are no integers times them
   */
  public static CompressedNetwork encode(List<Tensor> network, Map<String, List<Float>> scales) {
    long values = network.stream().mapToLong(tensor -> tensor.values().length).sum();
    if (values > DecodedSize.MAX_VALUES) {
      throw new IllegalArgumentException(
          "a network must have at most " + DecodedSize.MAX_VALUES + " values, found " + values);
    }
    BitWriter out = new BitWriter();
    out.varint(network.size());
    List<EncodedTensor> rows = new ArrayList<>();
    String previous = "";
    for (Tensor tensor : network) {
      int start = out.size();
      List<Float> own = scales.get(tensor.name());
      QuantizedKernel integers = own == null ? null : QuantizedKernel.recovered(tensor, own);
      String word = TensorRecord.write(out, tensor, integers, previous);
      rows.add(new EncodedTensor(tensor.name(), word, out.size() - start));
      previous = tensor.name();
    }
    return new CompressedNetwork(FileFrame.FIRST.around(out.toByteArray()), rows, scales);
  }

  /**
   * The tensors of a file of any version, as they were encoded. It may declare 200,000,000 values
   * in all, and no more than fit into a third of the memory that Java has.
   *
   * @throws IllegalArgumentException if the file is not whole, or declares more: place, rule, found
   */
  public static List<Tensor> decode(byte[] file) {
    FileFrame frame = FileFrame.of(file);
    BitReader in = FileFrame.content(file);
    List<Tensor> tensors = read(in, new HashMap<>());
    if (frame.equals(FileFrame.FIRST)) {
      requireEnd(in, tensors);
    }
    return tensors;
  }

  /**
   * The file of version 1 with the records of a file of any version: as long as {@code
   * size/compressed_bytes} says.
   *
   * @throws IllegalArgumentException as {@link #decode}
   */
  public static byte[] firstVersion(byte[] file) {
    if (FileFrame.of(file).equals(FileFrame.FIRST)) {
      return file.clone();
    }
    BitReader in = FileFrame.content(file);
    var unused = read(in, new HashMap<>());
    return FileFrame.FIRST.around(FileFrame.read(file, in));
  }

  /**
   * Reads the number of tensors and the records.
   *
   * @param scales to which those of the kernels of 8-bit integers are added, by name
   */
  static List<Tensor> read(BitReader in, Map<String, List<Float>> scales) {
    long count = in.varint("the number of tensors", 0, in.left());
    List<Tensor> tensors = new ArrayList<>();
    DecodedSize decoded = new DecodedSize();
    String previous = "";
    for (long i = 0; i < count; i++) {
      Tensor tensor = TensorRecord.read(in, previous, scales, decoded);
      tensors.add(tensor);
      previous = tensor.name();
    }
    return tensors;
  }

  static void requireEnd(BitReader in, List<Tensor> tensors) {
    if (!in.atEnd()) {
      throw in.error(
          "the file must end after " + tensors.size() + " tensors", in.left() + " bytes more");
    }
  }

  /** The number of tensors and the records. */
  byte[] content() {
    return FileFrame.content(bytes).rest();
  }

  /** The file of version 1. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The length of that file in bytes: {@code size/compressed_bytes}. */
  public long size() {
    return bytes.length;
  }

  /** The scales of the kernels that are encoded as 8-bit integers, by name. */
  Map<String, List<Float>> scales() {
    return scales;
  }

  /** How each tensor was encoded, in the order of the file. */
  public List<EncodedTensor> tensors() {
    return tensors;
  }
}
