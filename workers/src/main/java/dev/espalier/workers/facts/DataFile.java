package dev.espalier.workers.facts;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * A file that a stage left in its folder.
 *
 * @param name within the stage's folder; it carries the attempt, so that two attempts never write
 *     one file
 * @param sha256 of its content
 * @param bytes its length
 */
public record DataFile(String name, String sha256, long bytes) implements Serializable {
  private static final Pattern PLAIN = Pattern.compile("[^/\\\\\\p{Cntrl}]+");

  /** What one array holds. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  public DataFile {
    if (!PLAIN.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "the name of a data file must be plain, without folders, found " + name);
    }
    if (bytes < 0 || bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a data file must have between 0 and %d bytes, found %d".formatted(MOST_BYTES, bytes));
    }
  }
}
