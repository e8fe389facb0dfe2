package dev.espalier.workers.dl4j;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * The zip of a network, read entry by entry through bounded streams. Only entries that are asked
 * for are opened: Deeplearning4j's own reader inflates all of them and runs Java deserialization on
 * {@code preprocessor.bin}.
 */
public final class ModelArchive implements AutoCloseable {
  static final String SAVED_GRAPH =
      "must be a Deeplearning4j ComputationGraph saved by ModelSerializer";

  /** Checkpoints hold the file as one array. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

  private final Path file;
  private final ZipFile zip;

  private ModelArchive(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens a file.
   *
   * @throws IllegalArgumentException if it is no zip, too large, or cannot be read
   */
  static ModelArchive open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw refused(file, "must be a file", Files.exists(file) ? "something else" : "nothing");
    }
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_BYTES) {
        throw refused(file, "must be at most " + MAX_BYTES + " bytes", "" + bytes);
      }
      return new ModelArchive(file, new ZipFile(file.toFile()));
    } catch (ZipException e) {
      throw new IllegalArgumentException(
          file + ": " + SAVED_GRAPH + ", or an ONNX file, found neither", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + ": must be a file that can be read, found " + e.getMessage(), e);
    }
  }

  Path file() {
    return file;
  }

  boolean has(String entry) {
    return zip.getEntry(entry) != null;
  }

  /**
   * The content of an entry.
   *
   * @param atMost bytes, counted as they are inflated: what the zip says of its sizes may be wrong
   * @throws IllegalArgumentException if it is longer, or damaged
   */
  byte[] read(String entry, int atMost) {
    try (InputStream in = stream(entry)) {
      byte[] content = in.readNBytes(atMost + 1);
      if (content.length > atMost) {
        throw refused(entry, "must be at most " + atMost + " bytes", "more");
      }
      return content;
    } catch (IOException e) {
      throw damaged(entry, e);
    }
  }

  /** The content of an entry, for readers that stop where they should; the caller closes it. */
  DataInputStream stream(String entry) throws IOException {
    ZipEntry found = zip.getEntry(entry);
    if (found == null) {
      throw refused(file, "must have an entry " + entry, "none");
    }
    return new DataInputStream(new BufferedInputStream(zip.getInputStream(found), 1 << 16));
  }

  /** What is thrown about an entry: place, rule, found. */
  IllegalArgumentException refused(String entry, String rule, String found) {
    return new IllegalArgumentException(file + ": " + entry + " " + rule + ", found " + found);
  }

  /** What is thrown about an entry that ends early, or cannot be inflated. */
  IllegalArgumentException damaged(String entry, IOException cause) {
    String found = cause.getMessage() == null ? "an early end" : cause.getMessage();
    return new IllegalArgumentException(
        file + ": " + entry + " must be whole, found " + found, cause);
  }

  /** What is thrown about a model file: place, rule, found. */
  public static IllegalArgumentException refused(Path file, String rule, String found) {
    return new IllegalArgumentException(file + ": " + rule + ", found " + found);
  }

  /** What a foreign exception says, without the lines that say where in the text it was. */
  static String firstLine(Throwable e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
