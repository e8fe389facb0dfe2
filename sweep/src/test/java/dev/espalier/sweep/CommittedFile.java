package dev.espalier.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the repository that tests generate. */
public final class CommittedFile {
  private CommittedFile() {}

  /**
   * Compares a file with what it should hold; where they differ, {@code target} gets the new file
   * under the same name, to be looked at and copied.
   *
   * @throws AssertionError if the file is missing or differs
   */
  public static void assertHolds(String expected, Path committed) throws IOException {
    String found = Files.exists(committed) ? Files.readString(committed) : "no file";
    if (!found.equals(expected)) {
      Path written =
          Files.createDirectories(Path.of("target")).resolve(committed.getFileName().toString());
      Files.writeString(written, expected);
      assertEquals(expected, found, committed + " should be as " + written.toAbsolutePath());
    }
  }
}
