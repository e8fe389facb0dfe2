package dev.espalier.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of the memory of this process. */
public final class ProcessStatus {
  private static final Path FILE = Path.of("/proc/self/status");

  private ProcessStatus() {}

  /** Whether this system has it. */
  public static boolean isThere() {
    return Files.exists(FILE);
  }

  /** Bytes that are resident now. */
  public static long residentBytes() throws IOException {
    return bytes("VmRSS:");
  }

  /** Bytes that were resident at most. */
  public static long mostResidentBytes() throws IOException {
    return bytes("VmHWM:");
  }

  private static long bytes(String name) throws IOException {
    String line =
        Files.readAllLines(FILE).stream()
            .filter(found -> found.startsWith(name))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
  }
}
