package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarTest {
  @TempDir Path parent;

  @Test
  void unpacksFilesOfAnyLength() throws IOException {
    Path dir = Files.createDirectory(parent.resolve("to"));
    for (int length : new int[] {0, 1, 511, 512, 513, 1025}) {
      byte[] content = SmallData.pixels(1, 1, Math.max(1, length), 1, 2, length).values();
      content = Arrays.copyOf(content, length);
      extract(dir, entry("inner/", '5', new byte[0]), entry("inner/file", '0', content));
      assertArrayEquals(content, Files.readAllBytes(dir.resolve("inner/file")));
    }
  }

  @Test
  void writesNothingOutsideItsFolder() throws IOException {
    Path dir = Files.createDirectory(parent.resolve("to"));
    for (String name : new String[] {"../evil", "a/../../evil", parent + "/evil", "../to2/evil"}) {
      IOException e =
          assertThrows(IOException.class, () -> extract(dir, entry(name, '0', new byte[9])));
      assertEquals(
          "entry " + name + ": must lie below the folder it is unpacked to", e.getMessage());
    }
    assertFalse(Files.exists(parent.resolve("evil")));
  }

  @Test
  void refusesTheFolderItselfAsAFile() {
    for (String name : new String[] {".", "a/..", ""}) {
      IOException e =
          assertThrows(IOException.class, () -> extract(parent, entry(name, '0', new byte[9])));
      assertEquals(
          "entry " + name + ": must lie below the folder it is unpacked to", e.getMessage());
    }
    assertFalse(Files.exists(parent.resolveSibling(parent.getFileName() + ".part")));
  }

  @Test
  void addsUpWhatItUnpacks() {
    byte[] first = entry("first", '0', new byte[2_000]);
    IOException e =
        assertThrows(
            IOException.class, () -> extract(parent, first, entry("second", '0', new byte[1_001])));
    assertEquals(
        "entry second: the archive must have at most 3000 bytes in all, found more",
        e.getMessage());
    assertFalse(Files.exists(parent.resolve("second")));
  }

  @Test
  void refusesALengthBelowZero() {
    byte[] negative = entry("file", '0', new byte[9]);
    put(negative, 124, "-0000000011");
    int sum = 8 * ' ';
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? 0 : negative[i] & 0xFF;
    }
    put(negative, 148, "%06o\0 ".formatted(sum));
    IOException e = assertThrows(IOException.class, () -> extract(parent, negative));
    assertEquals("a header must have octal numbers, found -0000000011", e.getMessage());
  }

  @Test
  void refusesLinks() {
    for (char type : new char[] {'1', '2'}) {
      IOException e =
          assertThrows(IOException.class, () -> extract(parent, entry("link", type, new byte[0])));
      assertEquals("entry link: must be a file or a folder, found type " + type, e.getMessage());
    }
  }

  @Test
  void refusesATornArchive() {
    byte[] whole = entry("file", '0', new byte[700]);
    for (int length : new int[] {0, 100, 512, 600, 1024, whole.length}) {
      byte[] torn = Arrays.copyOf(whole, length);
      IOException e =
          assertThrows(
              IOException.class,
              () -> Tar.extract(new ByteArrayInputStream(torn), parent, 1 << 20));
      assertEquals("the archive ends in the middle", e.getMessage());
    }
  }

  @Test
  void refusesADamagedHeader() {
    byte[] damaged = entry("file", '0', new byte[9]);
    damaged[3] ^= 4;
    IOException e = assertThrows(IOException.class, () -> extract(parent, damaged));
    assertTrue(e.toString().contains(": a header must have the check sum"), e.toString());
  }

  private static void extract(Path dir, byte[]... entries) throws IOException {
    Tar.extract(new ByteArrayInputStream(archive(entries)), dir, 3_000);
  }

  static byte[] archive(byte[]... entries) {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    for (byte[] entry : entries) {
      archive.writeBytes(entry);
    }
    archive.writeBytes(new byte[1024]);
    return archive.toByteArray();
  }

  /** A ustar header and the content, filled up to blocks. */
  static byte[] entry(String name, char type, byte[] content) {
    byte[] entry = new byte[512 + (content.length + 511) / 512 * 512];
    put(entry, 0, name);
    put(entry, 100, "0000644");
    put(entry, 124, "%011o".formatted(content.length));
    entry[156] = (byte) type;
    put(entry, 257, "ustar");
    put(entry, 263, "00");
    put(entry, 148, "        ");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += entry[i] & 0xFF;
    }
    put(entry, 148, "%06o\0 ".formatted(sum));
    System.arraycopy(content, 0, entry, 512, content.length);
    return entry;
  }

  private static void put(byte[] entry, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, entry, at, bytes.length);
  }
}
