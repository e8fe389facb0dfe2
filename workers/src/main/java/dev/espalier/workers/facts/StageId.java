package dev.espalier.workers.facts;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names the state that a stage reaches, not the route to it: the SHA-256 of a canonical text, 64
 * lower-case hex digits.
 *
 * <p>Two stages have one id if and only if they end in the same weights, bit for bit, on equal
 * engine and instruction set.
 */
public record StageId(String hex) implements Serializable, Comparable<StageId> {

  /**
   * Raised by hand whenever the same canonical text would lead to other weights: initialization,
   * data order, augmentation, arithmetic of the training loop, masks, codebooks.
   */
  public static final int RECIPE_VERSION = 2;

  private static final int DIGITS = 64;

  public StageId {
    if (hex.length() != DIGITS || !isHex(hex)) {
      throw new IllegalArgumentException("a stage id must be 64 hex digits, found " + hex);
    }
  }

  /** A loop, because a journal has hundreds of thousands of ids. */
  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if ((letter < '0' || letter > '9') && (letter < 'a' || letter > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** The first twelve digits: enough for a person and for a log line. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(StageId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }

  /** SHA-256 of {@code bytes} as 64 lower-case hex digits. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
