package dev.espalier.workers.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void saysWhatTheOperatingSystemSays() {
    assertEquals(
        Optional.of(new FileTrouble("/a", "Permission denied")),
        FileTrouble.of(new AccessDeniedException("/a")));
    assertEquals(
        Optional.of(new FileTrouble("/a", "Read-only file system")),
        FileTrouble.of(new FileSystemException("/a", null, "Read-only file system")));
    assertEquals(
        Optional.of(new FileTrouble("/a (1)", "Is a directory")),
        FileTrouble.of(new FileNotFoundException("/a (1) (Is a directory)")));
    assertEquals(
        "/a: must be a file that can be used, found: Permission denied",
        new FileTrouble("/a", "Permission denied").message());
  }

  @Test
  void aFileThatIsMissingOrAnErrorOfTheProgramIsNone() {
    for (Exception e :
        new Exception[] {
          new NoSuchFileException("/a"),
          new FileNotFoundException("/a (No such file or directory)"),
          new FileNotFoundException("a message of ours"),
          new IOException("broken"),
          new IllegalStateException("a bug")
        }) {
      assertEquals(Optional.empty(), FileTrouble.of(e), e.toString());
    }
    assertEquals("broken", FileTrouble.reason(new IOException("broken")));
  }

  @Test
  void realFoldersAndNames() {
    IOException read =
        assertThrows(IOException.class, () -> new FileInputStream(folder.toFile()).close());
    assertEquals(folder.toString(), FileTrouble.of(read).orElseThrow().file());
    RuntimeException name = assertThrows(RuntimeException.class, () -> Path.of("a\0b"));
    assertEquals("Nul character not allowed", FileTrouble.of(name).orElseThrow().reason());
  }

  /** {@code /proc} takes no files, from nobody. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileThatCannotBeWrittenIsNotADiskThatIsFull() throws IOException {
    Path file = Path.of("/proc/espalier");
    StorageException alone =
        assertThrows(StorageException.class, () -> Durable.replace(file, new byte[10]));
    StorageException stored =
        assertThrows(
            StorageException.class,
            () -> Storages.of(Path.of("/proc")).write("espalier/below", new byte[10]));
    for (StorageException e : new StorageException[] {alone, stored}) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.startsWith("/proc/espalier"), message);
      assertTrue(message.contains(": must be a file that can be written, found: "), message);
      assertTrue(message.endsWith("; make it writable"), message);
    }
    IOException full = new IOException("No space left on device");
    Path place = Files.createFile(folder.resolve("file"));
    String message = String.valueOf(Durable.unwritten(place, 10, full).getMessage());
    assertTrue(message.startsWith(place + ": must take 10 bytes, found "), message);
    assertTrue(message.contains(" bytes free (No space left on device); make room"), message);
  }
}
