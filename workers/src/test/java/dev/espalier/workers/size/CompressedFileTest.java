package dev.espalier.workers.size;

import static dev.espalier.workers.size.CompressedNetworkTest.assertSame;
import static dev.espalier.workers.size.CompressedNetworkTest.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The file itself: what users keep, and what happens to it on their disks. */
class CompressedFileTest {
  private static byte[] golden() throws IOException {
    try (InputStream in = CompressedFileTest.class.getResourceAsStream("golden.esp")) {
      if (in == null) {
        throw new IOException("golden.esp is missing");
      }
      return in.readAllBytes();
    }
  }

  /** What golden.esp holds. */
  private static List<Tensor> goldenNetwork() {
    SplittableRandom random = new SplittableRandom(42);
    List<Tensor> network = new ArrayList<>();
    double[] sparsities = {0, 0.5, 0.97, 0, 0.5, 0.97, 0.9};
    int[] ks = {0, 0, 0, 16, 4, 4, 4};
    int[] outputs = {10, 10, 10, 10, 10, 10, 100};
    for (int i = 0; i < ks.length; i++) {
      List<Integer> shape = List.of(outputs[i], 4, 3, 3);
      float[] values = values(random, 36 * outputs[i], sparsities[i], ks[i]);
      network.add(new Tensor("layer" + i + "/W", Kind.CONVOLUTION, shape, 64, true, values));
    }
    float[] mean = {0, 0.25f, 0, -1};
    network.add(new Tensor("norm/mean", Kind.VECTOR, List.of(4), 0, false, mean));
    return network;
  }

  /** Fails if the format changes without a new version: files of users must stay readable. */
  @Test
  void readsAndWritesTheGoldenFile() throws IOException {
    assertSame(goldenNetwork(), CompressedNetwork.decode(golden()));
    CompressedNetwork network = CompressedNetwork.encode(goldenNetwork());
    assertArrayEquals(golden(), network.bytes());
    assertEquals(
        List.of(
            "dense",
            "bitmask",
            "sparse",
            "codebook-huffman",
            "bitmask-codebook-huffman",
            "sparse-codebook",
            "sparse-codebook-huffman",
            "bitmask"),
        network.tensors().stream().map(EncodedTensor::encoding).toList());
  }

  @Test
  void refusesFlippedBitsAndEveryTruncation() throws IOException {
    byte[] file = golden();
    for (int bit = 0; bit < 8 * file.length; bit += 7) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(IllegalArgumentException.class, () -> CompressedNetwork.decode(flipped));
    }
    for (int length = 0; length < file.length; length++) {
      byte[] truncated = Arrays.copyOf(file, length);
      assertThrows(IllegalArgumentException.class, () -> CompressedNetwork.decode(truncated));
    }
  }

  @Test
  void refusesDamagedRecordsEvenUnderARightChecksum() throws IOException {
    byte[] file = golden();
    SplittableRandom random = new SplittableRandom(6);
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] damaged = file.clone();
      damaged[9 + random.nextInt(file.length - 13)] = (byte) random.nextInt();
      try {
        CompressedNetwork.decode(withChecksum(damaged));
      } catch (IllegalArgumentException error) {
        assertTrue(String.valueOf(error.getMessage()).contains("found"), error::getMessage);
        refused++;
      }
    }
    assertTrue(refused > 100, "refused " + refused); // the others are other floats
  }

  private static byte[] withChecksum(byte[] file) {
    CRC32 crc = new CRC32();
    crc.update(file, 0, file.length - 4);
    ByteBuffer.wrap(file).putInt(file.length - 4, (int) crc.getValue());
    return file;
  }

  @Test
  void saysWhereAFileIsWrongAndWhatItFound() throws IOException {
    assertRefused("byte 0: must have at least 13 bytes, found 3", new byte[3]);
    assertRefused("byte 0: an .esp file must start with 89455350, found 0", new byte[13]);
    byte[] version = golden();
    version[4] = 7;
    assertRefused("byte 5: the version must be 1, 2 or 3, found 7", version);
    byte[] file = golden();
    assertRefused(
        "byte 9: the file must have " + file.length + " bytes, found " + (file.length - 1),
        Arrays.copyOf(file, file.length - 1));
    byte[] count = golden();
    count[9] = 7;
    assertTrue(refusal(withChecksum(count)).contains("the file must end after 7 tensors, found "));
    count[9] = 9;
    assertTrue(refusal(withChecksum(count)).endsWith("more bits must follow, found the end"));
    assertTrue(
        refusal(new byte[] {-119, 69, 83, 80, 1, 0, 0, 0, 13, 0, 0, 0, 0})
            .startsWith("byte 13: the checksum must be "));
  }

  /** Eight zeros more are two bytes more: only what is declared can be summed up. */
  @Test
  void refusesAFewBytesThatDeclareGigabytes() {
    byte[] one = zeros(1, 1 << 28);
    assertTrue(one.length < 40, one.length + " bytes");
    assertTrue(
        refusal(one)
            .endsWith(
                "all tensors together must have at most 200000000 values, found " + (1 << 28)));
    byte[] eight = zeros(8, 1 << 28);
    assertTrue(eight.length < 150, eight.length + " bytes");
    assertTrue(refusal(eight).contains("all tensors together must "), refusal(eight));
  }

  @Test
  void readsAsManyZerosAsItMay() {
    List<Tensor> tensors = CompressedNetwork.decode(zeros(2, 1 << 20));
    assertEquals(2, tensors.size());
    assertEquals(1 << 20, tensors.get(1).values().length);
  }

  @Test
  void sumsUpBeforeAnythingIsMade() {
    BitReader in = new BitReader(new byte[9], 3, 9);
    DecodedSize values = new DecodedSize(Long.MAX_VALUE);
    values.addValues(in, "a/W", 150_000_000);
    values.addValues(in, "b/W", 50_000_000);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> values.addValues(in, "c/W", 1));
    assertEquals(
        "byte 3: c/W: all tensors together must have at most 200000000 values, found 200000001",
        e.getMessage());
    DecodedSize memory = new DecodedSize(1_000);
    memory.addName(in, 100);
    memory.addValues(in, "a/W", 100);
    e = assertThrows(IllegalArgumentException.class, () -> memory.addName(in, 100));
    assertEquals(
        "byte 3: all tensors together must take at most 1000 bytes of memory, a third of what Java"
            + " has here, found 1112",
        e.getMessage());
  }

  /** A name can repeat the whole one before it. */
  @Test
  void refusesNamesThatGrow() {
    BitWriter out = new BitWriter();
    String name = "n".repeat(1 << 16);
    out.varint(2);
    TensorRecord.write(out, vector(name), null, "");
    TensorRecord.write(out, vector(name + "n"), null, name);
    assertTrue(refusal(file(out)).endsWith("a name must have at most 65536 bytes, found 65537"));
  }

  private static Tensor vector(String name) {
    return new Tensor(name, Kind.VECTOR, List.of(0), 0, false, new float[0]);
  }

  /** Tensors of zeros, as the encoder writes them, but for their number. */
  private static byte[] zeros(int tensors, int values) {
    BitWriter out = new BitWriter();
    out.varint(tensors);
    for (int i = 0; i < tensors; i++) {
      out.varint(0);
      out.varint(1);
      out.bits('a' + i, 8);
      out.bits(3, 3);
      out.bits(1, 1);
      out.bits(2, 2);
      out.bits(0, 2);
      out.varint(1);
      out.varint(values);
      out.varint(0);
      out.varint(0);
      out.bits(2, 8);
      out.align();
    }
    return file(out);
  }

  private static byte[] file(BitWriter records) {
    byte[] body = records.toByteArray();
    ByteBuffer file = ByteBuffer.allocate(body.length + 13);
    file.putInt(0x89455350).put((byte) 1).putInt(file.capacity()).put(body);
    return withChecksum(file.array());
  }

  private static void assertRefused(String message, byte[] file) {
    assertEquals(message, refusal(file));
  }

  private static String refusal(byte[] file) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> CompressedNetwork.decode(file))
            .getMessage());
  }
}
