package dev.espalier.sweep.cli;

import dev.espalier.workers.storage.Durable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/**
 * The log of Spark, Deeplearning4j and Netty. They never write to the screen, and write nothing
 * until the place of the log is set, so a refused command leaves no files.
 */
final class Logs {
  private static @Nullable Path file;

  private Logs() {}

  /**
   * Loads Espalier's own settings from a place that is not searched by default, because executors
   * have these jars too and log as their Spark does.
   */
  static void configure() {
    if (System.getProperty("log4j2.configurationFile") == null) {
      System.setProperty(
          "log4j2.configurationFile", "classpath:dev/espalier/sweep/cli/log4j2.properties");
    }
  }

  /**
   * Everything goes to {@code logs/espalier.log} below {@code out}, from the first line that is
   * logged.
   *
   * @throws UsageException if it cannot be written; otherwise the logger would report it on the
   *     screen
   */
  static void into(Path out) throws UsageException {
    Path log = out.resolve("logs").resolve("espalier.log");
    Path there = Durable.existing(log);
    boolean isFolder = Files.isDirectory(there);
    if (isFolder == there.endsWith(log) || !Files.isWritable(there)) {
      throw new UsageException(
          "%s: must be a file that can be written, for the log, found %s, which does not allow it"
              .formatted(log, there));
    }
    file = log;
    System.setProperty("espalier.log", log.toString());
    System.setProperty("espalier.log.level", "INFO");
    // It may have been configured already, and nothing has been logged since.
    Configurator.reconfigure();
  }

  /**
   * Records an unexpected error in the log or, if that cannot be written, in a temporary file.
   *
   * @return the file; empty if nothing can be written
   */
  static Optional<Path> record(Throwable e) {
    String text = "ERROR internal error: " + trace(e);
    Optional<Path> log = Optional.ofNullable(file).filter(usual -> append(usual, text));
    return log.isPresent() ? log : own(text);
  }

  private static Optional<Path> own(String text) {
    try {
      Path own = Files.createTempFile("espalier-", ".log");
      return append(own, text) ? Optional.of(own) : Optional.empty();
    } catch (IOException unwritable) {
      return Optional.empty();
    }
  }

  /** Appends to a file, and creates its folder if necessary; whether this succeeded. */
  private static boolean append(Path log, String text) {
    try {
      Path folder = Objects.requireNonNull(log.getParent(), "a log is in a folder");
      if (!Files.exists(folder)) {
        Files.createDirectory(folder);
      }
      Files.writeString(
          log, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return true;
    } catch (IOException unwritable) {
      return false;
    }
  }

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
