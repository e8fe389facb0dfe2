package dev.espalier.sweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where Spark, Deeplearning4j and Netty write. They never write to the screen; the log's place must
 * be said before the first of them is touched, since {@code log4j2.properties} reads it once.
 */
final class Logs {
  private static @Nullable Path file;

  private Logs() {}

  /** Everything goes to {@code logs/espalier.log} below {@code out}. */
  static void into(Path out) {
    file = out.resolve("logs").resolve("espalier.log");
    System.setProperty("espalier.log", file.toString());
    System.setProperty("espalier.log.level", "INFO");
  }

  /** The log, if there is one. */
  static Optional<Path> file() {
    return Optional.ofNullable(file);
  }
}
