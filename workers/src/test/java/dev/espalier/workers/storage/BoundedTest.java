package dev.espalier.workers.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class BoundedTest {
  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  @TempDir private Path dir;

  /** As /dev/zero. */
  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }
    };
  }

  @Test
  void readsUpToTheBoundAndNoFurther() throws IOException {
    Path file = Files.write(dir.resolve("file"), CONTENT);
    for (int most : new int[] {5, 6, 1 << 20}) {
      assertArrayEquals(CONTENT, Bounded.read(file, most));
    }
    TooLongException e = assertThrows(TooLongException.class, () -> Bounded.read(file, 4));
    assertEquals("must have at most 4 bytes, found more", e.getMessage());
    assertArrayEquals(new byte[0], Bounded.read(new ByteArrayInputStream(new byte[0]), 0));
  }

  @Test
  void doesNotTrustAFileSystemThatSaysZero() {
    assertThrows(TooLongException.class, () -> Bounded.read(endless(), 1 << 20));
    Path copy = dir.resolve("copy");
    assertThrows(TooLongException.class, () -> Bounded.copy(endless(), copy, 1 << 20));
    assertTrue(copy.toFile().length() <= 1 << 20);
  }

  @Test
  void copiesWhatFits() throws IOException {
    Path copy = Files.write(dir.resolve("copy"), new byte[100]);
    assertEquals(5, Bounded.copy(new ByteArrayInputStream(CONTENT), copy, 5));
    assertArrayEquals(CONTENT, Files.readAllBytes(copy));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesTheFileOfAFolder() throws IOException {
    Files.createSymbolicLink(dir.resolve("zero"), Path.of("/dev/zero"));
    TooLongException e =
        assertThrows(TooLongException.class, () -> Storages.of(dir).read("zero", 1_000));
    assertEquals(dir + "/zero: must have at most 1000 bytes, found more", e.getMessage());
  }
}
