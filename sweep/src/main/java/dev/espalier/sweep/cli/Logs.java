package dev.espalier.sweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/**
 * Where Spark, Deeplearning4j and Netty write. They never write to the screen, and nowhere else
 * until the log's place is said: what is refused leaves nothing behind.
 */
final class Logs {
  private static @Nullable Path file;

  private Logs() {}

  /**
   * Takes our own settings, which lie where nobody finds them by chance: executors have these jars
   * too, and log as their Spark does.
   */
  static void configure() {
    if (System.getProperty("log4j2.configurationFile") == null) {
      System.setProperty(
          "log4j2.configurationFile", "classpath:dev/espalier/sweep/cli/log4j2.properties");
    }
  }

  /** Everything goes to {@code logs/espalier.log} below {@code out}. */
  static void into(Path out) {
    file = out.resolve("logs").resolve("espalier.log");
    System.setProperty("espalier.log", file.toString());
    System.setProperty("espalier.log.level", "INFO");
    // It may have been configured already, and nothing has been logged since.
    Configurator.reconfigure();
  }

  /** The log, if there is one. */
  static Optional<Path> file() {
    return Optional.ofNullable(file);
  }
}
