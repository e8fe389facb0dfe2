package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.Npy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of networks that somebody else wrote. */
class UnpackTest {
  @TempDir private Path folder;

  private Path network(String... names) throws IOException {
    List<Tensor> tensors = Arrays.stream(names).map(UnpackTest::tensor).toList();
    return Files.write(folder.resolve("x.esp"), CompressedNetwork.encode(tensors).bytes());
  }

  private static Tensor tensor(String name) {
    return new Tensor(
        name, Tensor.Kind.VECTOR, List.of(3), 0, true, new float[] {1, 2, name.length()});
  }

  private String refusal(Path to, String... names) throws IOException {
    Path file = network(names);
    List<String> before = Said.files(folder);
    Said said = Said.by("unpack", file, "--to", to);
    assertEquals(Main.USAGE, said.code(), said.err());
    assertEquals(before, Said.files(folder), "something was written");
    return said.err().replace(file + ": ", "").strip();
  }

  @Test
  void writesNothingIfOneNameLeavesTheFolder() throws IOException {
    Path to = folder.resolve("to");
    String rule = ": must be names with / between them, found an empty name, . or ..";
    for (String name :
        List.of("../evil/x/W", "a/../../evil", "/etc/evil", "a//W", "a/./W", "", "..", "a/")) {
      assertEquals("the parameter " + name + rule, refusal(to, "good/W", name));
      assertEquals("the parameter " + name + rule, refusal(Path.of(".."), name));
    }
  }

  @Test
  void saysAllThatIsWrongWithTheNames() throws IOException {
    String two = "must have a name of its own, found two";
    assertEquals(
        "the parameter a/W: "
            + two
            + "\nthe parameter a/?b: must be without control characters and \\"
            + "\nthe parameter a\\b: must be without control characters and \\"
            + "\nthe parameter "
            + "x".repeat(80)
            + "...: must be names of at most 255 bytes, .npy included, found 304"
            + "\nthe parameter a/W.npy/b: must lie in a folder, found the file of another"
            + " parameter, "
            + folder.resolve("to/a/W.npy"),
        refusal(folder.resolve("to"), "a/W", "a/W", "a/\0b", "a\\b", "x".repeat(300), "a/W.npy/b"));
    String[] many = IntStream.range(0, 100).mapToObj(i -> "../" + i + "/W").toArray(String[]::new);
    List<String> lines = refusal(folder.resolve("to"), many).lines().toList();
    assertEquals(21, lines.size());
    assertEquals("and 80 more", lines.get(20));
  }

  @Test
  void unpacksToTheCurrentFolder() throws IOException {
    Path current = Path.of("target", "unpack-test");
    Path file = network("unpack-test/stem/W", "unpack-test/b");
    for (Path to : List.of(Path.of("target"), Path.of("./target/x/.."), Path.of("target/."))) {
      Said said = Said.by("unpack", file, "--to", to);
      assertEquals(Main.DONE, said.code(), said.err());
      Path written = current.resolve("stem/W.npy");
      assertArrayEquals(Npy.encode(tensor("unpack-test/stem/W")), Files.readAllBytes(written));
      Files.delete(written);
    }
    Path here = network(".hidden-unpack-test/W");
    Path root = Path.of(".hidden-unpack-test");
    try {
      Said said = Said.by("unpack", here, "--to", ".");
      assertEquals(Main.DONE, said.code(), said.err());
      assertTrue(Files.exists(root.resolve("W.npy")));
    } finally {
      Files.deleteIfExists(root.resolve("W.npy"));
      Files.deleteIfExists(root);
    }
  }

  /** A tensor of 2^28 zeros: the length, and no stored value. */
  @Test
  void refusesAFewBytesThatDeclareAGigabyte() throws IOException {
    Path file = folder.resolve("x.esp");
    // One record: the name "a", a vector as gaps of floats, one dimension of 2^28, no positions,
    // no stored value, gaps of 2 bits.
    byte[] bomb = framed(HexFormat.of().parseHex("0100016178018080808001" + "000002"));
    assertTrue(bomb.length < 31, bomb.length + " bytes");
    Files.write(file, bomb);
    Said said = Said.by("unpack", file, "--to", folder.resolve("to"));
    assertEquals(Main.USAGE, said.code(), said.err());
    assertTrue(said.err().contains("at most 200000000 values, found 268435456"), said.err());
  }

  private static byte[] framed(byte[] records) {
    ByteBuffer file = ByteBuffer.allocate(records.length + 13);
    file.putInt(0x89455350).put((byte) 1).putInt(file.capacity()).put(records);
    CRC32 crc = new CRC32();
    crc.update(file.array(), 0, file.position());
    return file.putInt((int) crc.getValue()).array();
  }
}
