package dev.espalier.workers.size;

import dev.espalier.workers.model.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A network as the bytes of an {@code .esp} file, whose number is {@code size/compressed_bytes}.
 *
 * <p>The bytes follow from the tensors alone: every tensor has the smallest of its encodings, and
 * the entropy coder is our own, so they do not depend on a zlib. Decoding gives every float back
 * bit for bit.
 *
 * <p>File: the magic number 89 45 53 50, the version (one byte), the length of the file (four
 * bytes, big-endian), the number of tensors, a record for each, CRC-32 of all before it (four
 * bytes, big-endian).
 */
public final class CompressedNetwork {
  private static final int MAGIC = 0x89455350; // no text file starts with 0x89; then "ESP"
  private static final byte VERSION = 1;
  private static final int HEADER = 9;
  private static final int TRAILER = 4;

  private final byte[] bytes;
  private final List<EncodedTensor> tensors;

  private CompressedNetwork(byte[] bytes, List<EncodedTensor> tensors) {
    this.bytes = bytes;
    this.tensors = List.copyOf(tensors);
  }

  /**
   * Encodes all tensors of a network, in the order given.
   *
   * @throws IllegalArgumentException if they have more than 200,000,000 values in all
   */
  public static CompressedNetwork encode(List<Tensor> network) {
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
      String word = TensorRecord.write(out, tensor, previous);
      rows.add(new EncodedTensor(tensor.name(), word, out.size() - start));
      previous = tensor.name();
    }
    byte[] records = out.toByteArray();
    ByteBuffer file = ByteBuffer.allocate(HEADER + records.length + TRAILER);
    file.putInt(MAGIC).put(VERSION).putInt(file.capacity()).put(records);
    file.putInt((int) checksum(file.array(), file.position()));
    return new CompressedNetwork(file.array(), rows);
  }

  /**
   * The tensors of a file, as they were encoded. It may declare 200,000,000 values in all, and no
   * more than fit into a third of the memory that Java has.
   *
   * @throws IllegalArgumentException if the file is not whole, or declares more: place, rule, found
   */
  public static List<Tensor> decode(byte[] file) {
    checkFrame(file);
    BitReader in = new BitReader(file, HEADER, file.length - TRAILER);
    long count = in.varint("the number of tensors", 0, in.left());
    List<Tensor> tensors = new ArrayList<>();
    DecodedSize decoded = new DecodedSize();
    String previous = "";
    for (long i = 0; i < count; i++) {
      Tensor tensor = TensorRecord.read(in, previous, decoded);
      tensors.add(tensor);
      previous = tensor.name();
    }
    if (!in.atEnd()) {
      throw in.error("the file must end after " + count + " tensors", in.left() + " bytes more");
    }
    return tensors;
  }

  private static void checkFrame(byte[] file) {
    BitReader in = new BitReader(file, 0, file.length);
    if (file.length < HEADER + TRAILER) {
      throw in.error("must have at least " + (HEADER + TRAILER) + " bytes", file.length);
    }
    long magic = in.bits(32);
    if (magic != (MAGIC & 0xffffffffL)) {
      throw new BitReader(file, 0, 4)
          .error("an .esp file must start with 89455350", Long.toHexString(magic));
    }
    int version = (int) in.bits(8);
    if (version != VERSION) {
      throw in.error("the version must be " + VERSION, version);
    }
    long length = in.bits(32);
    if (length != file.length) {
      throw in.error("the file must have " + length + " bytes", file.length);
    }
    long expected = checksum(file, file.length - TRAILER);
    BitReader end = new BitReader(file, file.length - TRAILER, file.length);
    long found = end.bits(32);
    if (found != expected) {
      throw end.error(
          "the checksum must be " + Long.toHexString(expected), Long.toHexString(found));
    }
  }

  private static long checksum(byte[] file, int length) {
    CRC32 crc = new CRC32();
    crc.update(file, 0, length);
    return crc.getValue();
  }

  /** The file. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The length of the file in bytes: {@code size/compressed_bytes}. */
  public long size() {
    return bytes.length;
  }

  /** How each tensor was encoded, in the order of the file. */
  public List<EncodedTensor> tensors() {
    return tensors;
  }
}
