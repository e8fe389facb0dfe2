package dev.espalier.sweep.cli;

import dev.espalier.workers.storage.FileTrouble;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /**
   * Everything goes to {@code logs/espalier.log} below {@code out}.
   *
   * @throws UsageException if that cannot be written
   */
  static void into(Path out) throws UsageException {
    Path log = out.resolve("logs").resolve("espalier.log");
    try {
      Files.createDirectories(out.resolve("logs"));
      append(log, "");
    } catch (IOException e) {
      throw new UsageException(
          "%s: must be a file that can be written, found: %s; the log is written there"
              .formatted(log, FileTrouble.reason(e)));
    }
    file = log;
    System.setProperty("espalier.log", log.toString());
    System.setProperty("espalier.log.level", "INFO");
    // It may have been configured already, and nothing has been logged since.
    Configurator.reconfigure();
  }

  /**
   * Writes down what nobody expected: into the log, or, where there is none that can be written,
   * into a file of its own in the folder for temporary files.
   *
   * @return where it stands; empty if nothing can be written
   */
  static Optional<Path> record(Throwable e) {
    String text = "ERROR internal error: " + trace(e);
    Path log = file;
    try {
      if (log != null) {
        append(log, text);
        return Optional.of(log);
      }
    } catch (IOException unwritable) {
      // The folder is full, or gone.
    }
    try {
      Path own = Files.createTempFile("espalier-", ".log");
      append(own, text);
      return Optional.of(own);
    } catch (IOException unwritable) {
      return Optional.empty();
    }
  }

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private static void append(Path log, String text) throws IOException {
    Files.writeString(
        log, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
