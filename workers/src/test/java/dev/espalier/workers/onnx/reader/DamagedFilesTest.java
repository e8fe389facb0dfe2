package dev.espalier.workers.onnx.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.espalier.workers.facts.DataFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorProto.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is damaged, or made to do damage, gives an error with its name. */
class DamagedFilesTest {
  private static final DataFacts DATA = new DataFacts("test", "0", 32, 32, 3, 10, 10, 10, 10);

  /** Many times what reading a file of 15 kB takes. */
  private static final long MOST_BYTES = 64 << 20;

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void endsEarly(long seed) throws IOException {
    byte[] whole = Files.readAllBytes(golden());
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 100; i++) {
      byte[] part = Arrays.copyOf(whole, random.nextInt(1, whole.length));
      assertTrue(isRefused(part), part.length + " bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void hasOtherBytes(long seed) throws IOException {
    byte[] whole = Files.readAllBytes(golden());
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] other = whole.clone();
      int at = random.nextBoolean() ? random.nextInt(3000) : random.nextInt(whole.length);
      for (int j = 0; j < random.nextInt(1, 4); j++) {
        other[Math.min(whole.length - 1, at + j)] = (byte) random.nextInt(256);
      }
      refused += isRefused(other) ? 1 : 0;
    }
    assertTrue(refused > 10, "refused of 150: " + refused);
  }

  @Test
  void saysThatAFileEndsEarly() throws IOException {
    byte[] whole = Files.readAllBytes(golden());
    assertRefused(
        "must be a whole ONNX file, found: While parsing a protocol message, the input ended"
            + " unexpectedly in the middle of a field",
        Arrays.copyOf(whole, 5000));
  }

  /** Whether the file is refused by its name; anything else than that or a network is an error. */
  private boolean isRefused(byte[] content) {
    Path file = Graphs.write(folder.resolve("damaged.onnx"), content);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      OnnxFile.digest(file);
      OnnxFile.read(file, DATA);
      return false;
    } catch (RefusedOnnxException | IOException e) {
      assertTrue(String.valueOf(e.getMessage()).startsWith(file.toString()), e.toString());
      return true;
    } finally {
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < MOST_BYTES, "bytes: " + allocated);
    }
  }

  private static Path golden() {
    return OnnxGoldenTest.files().stream()
        .filter(file -> file.endsWith("view-opset13-free-preserved.onnx"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void declaresMoreThanItHolds() {
    Graphs graph = new Graphs(13, DataType.FLOAT, 0, 3, 32, 32);
    TensorProto huge =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(DataType.FLOAT_VALUE)
            .addAllDims(List.of(8L, 3L, 3000L, 3000L))
            .addFloatData(1)
            .build();
    graph.graph.addInitializer(huge);
    graph.node("Conv", "x w", "c").output("c", 5);
    assertRefused(
        "constant \"w\": a constant of shape [8, 3, 3000, 3000] must have 216000000 values, found 1"
            + " values",
        graph.model());
    graph.graph.setInitializer(0, huge.toBuilder().setDims(0, 1L << 40));
    assertRefused(
        "constant \"w\": constants must have at most 8 axes and 268435456 values together, found"
            + " the shape [1099511627776, 3, 3000, 3000]",
        graph.model());
    graph.graph.setInitializer(0, huge.toBuilder().setDims(0, -1));
    assertRefused(
        "constant \"w\": constants must have at most 8 axes and 268435456 values together, found"
            + " the shape [-1, 3, 3000, 3000]",
        graph.model());
  }

  @Test
  void makesImagesThatFillTheMemory() {
    Graphs graph = new Graphs(13, DataType.FLOAT, 0, 3, 32, 32);
    graph.integers("pads", 0, 0, 60000, 60000, 0, 0, 60000, 60000);
    graph.node("Pad", "x pads", "p").output("p", 5);
    assertRefused(
        "node 1 of 1, Pad \"p\": must fit to what it reads, found integer overflow", graph.model());
    graph.graph.clearInitializer();
    graph.integers("pads", 0, 0, 4000, 4000, 0, 0, 4000, 4000);
    assertRefused(
        "node 1 of 1, Pad \"p\": rows must give at most 134217728 values for an image, found an"
            + " image of 8032x8032x3",
        graph.model());
  }

  @Test
  void hasMorePartsThanAnyNetwork() {
    ModelProto.Builder model = new Graphs(13, DataType.FLOAT, 0, 3, 32, 32).model().toBuilder();
    for (int i = 0; i < 1 << 21; i++) {
      model.getGraphBuilder().addNode(NodeProto.getDefaultInstance());
    }
    assertRefused("must have at most 2097152 fields, found more", model.build());
  }

  @Test
  void hasListsOfNumbersThatBecomeMoreThanTheyAre() {
    Graphs graph = new Graphs(13, DataType.FLOAT, 0, 3, 32, 32);
    byte[] ones = new byte[(1 << 24) + 1];
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    list.writeBytes(graph.model().toByteArray());
    // The field 7, a graph, of a field 5, a constant, of a field 7, whole numbers: each one byte.
    byte[] tensor = delimited(7, ones);
    list.writeBytes(delimited(7, delimited(5, tensor)));
    assertRefused(
        "must have at most 16777216 bytes of whole numbers, found" + " more", list.toByteArray());
  }

  @Test
  void hasMessagesWithinEachOther() {
    ByteArrayOutputStream groups = new ByteArrayOutputStream();
    groups.writeBytes(new Graphs(13, DataType.FLOAT, 0, 3, 32, 32).model().toByteArray());
    byte[] starts = new byte[100_000];
    Arrays.fill(starts, (byte) (15 << 3 | 3));
    groups.writeBytes(starts);
    assertRefused("must have no groups, found one", groups.toByteArray());
    byte[] nested = new byte[0];
    for (int i = 0; i < 40; i++) {
      nested = delimited(1, delimited(5, delimited(6, nested)));
    }
    assertRefused("must have at most 32 messages in each other, found more", delimited(7, nested));
  }

  /** A field with a length. */
  private static byte[] delimited(int field, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(field << 3 | 2);
    for (int length = content.length; ; length >>>= 7) {
      bytes.write(length < 128 ? length : (length & 127) | 128);
      if (length < 128) {
        break;
      }
    }
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  @Test
  void isNoOnnxFile() {
    assertRefused("must be an ONNX file with a graph, found none", new byte[0]);
    Path zip = Graphs.write(folder.resolve("model.onnx"), new byte[] {'P', 'K', 3, 4});
    assertFalse(OnnxFile.begins(zip));
    assertTrue(OnnxFile.begins(golden()));
    assertFalse(OnnxFile.begins(Graphs.write(zip, new byte[0])));
  }

  private void assertRefused(String problem, ModelProto model) {
    assertRefused(problem, model.toByteArray());
  }

  private void assertRefused(String problem, byte[] content) {
    Path file = Graphs.write(folder.resolve("hostile.onnx"), content);
    RefusedOnnxException e =
        assertThrows(RefusedOnnxException.class, () -> OnnxFile.read(file, DATA));
    assertEquals(file + ": " + problem, e.problems().get(0));
  }
}
