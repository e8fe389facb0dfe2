package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  private static final int RECORDS = 3;
  private static final int RECORD = 3073;

  @TempDir Path dir;
  private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    folder = Files.createDirectory(dir.resolve("cifar-10-batches-bin"));
    for (int f = 1; f <= 6; f++) {
      Files.write(file(f), records(f));
    }
  }

  @Test
  void turnsPlanesIntoPixels() throws DataException {
    Pool pool = Cifar10.read(dir, RECORDS);
    assertEquals(15, pool.train().count());
    assertEquals(3, pool.test().count());
    for (int image = 0; image < 15; image++) {
      byte[] records = records(image / RECORDS + 1);
      int record = image % RECORDS * RECORD;
      assertEquals(records[record], pool.train().labels()[image]);
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          for (int c = 0; c < 3; c++) {
            assertEquals(
                records[record + 1 + c * 1024 + y * 32 + x],
                pool.train().values()[((image * 32 + y) * 32 + x) * 3 + c]);
          }
        }
      }
    }
  }

  @Test
  void findsTheFilesInTheFolderItself() throws DataException {
    assertArrayEquals(
        Cifar10.read(dir, RECORDS).test().values(), Cifar10.read(folder, RECORDS).test().values());
  }

  @Test
  void namesEveryFileThatIsMissingOrShort() throws IOException {
    Files.delete(file(2));
    Files.write(file(6), Arrays.copyOf(records(6), 5000));
    DataException e = assertThrows(DataException.class, () -> Cifar10.read(dir, RECORDS));
    assertEquals(2, e.messages().size());
    assertEquals(
        file(2)
            + ": must be a file of 9219 bytes, found no such file; give the folder that holds"
            + " cifar-10-batches-bin with --data DIR, or fetch them with `espalier data cifar10"
            + " --to DIR`",
        e.messages().get(0));
    assertTrue(
        e.messages().get(1).startsWith(file(6) + ": must be a file of 9219 bytes, found 5000"),
        e.getMessage());
  }

  @Test
  void refusesAFileThatIsTooLong() throws IOException {
    Files.write(file(1), Arrays.copyOf(records(1), RECORDS * RECORD + 1));
    DataException e = assertThrows(DataException.class, () -> Cifar10.read(dir, RECORDS));
    assertTrue(e.getMessage().contains("found 9220 bytes"), e.getMessage());
  }

  @Test
  void saysWhereAWrongLabelStands() throws IOException {
    byte[] records = records(3);
    records[2 * RECORD] = 10;
    Files.write(file(3), records);
    DataException e = assertThrows(DataException.class, () -> Cifar10.read(dir, RECORDS));
    assertTrue(
        e.getMessage()
            .startsWith(
                file(3) + ": byte 6146, the label of record 2: must be in [0, 9], found 10;"),
        e.getMessage());
  }

  private Path file(int f) {
    return folder.resolve(f == 6 ? "test_batch.bin" : "data_batch_" + f + ".bin");
  }

  private static byte[] records(int f) {
    byte[] records = new byte[RECORDS * RECORD];
    new SplittableRandom(f).nextBytes(records);
    for (int r = 0; r < RECORDS; r++) {
      records[r * RECORD] = (byte) ((r + f) % 10);
    }
    return records;
  }
}
