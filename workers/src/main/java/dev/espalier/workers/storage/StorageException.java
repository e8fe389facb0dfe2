package dev.espalier.workers.storage;

import java.io.IOException;

/** A store cannot be used. The message is for the user: place, rule, found, what to do. */
public final class StorageException extends IOException {
  StorageException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A file that could not be written.
   *
   * @param place of the file
   * @param bytes that it needed
   * @param free bytes that are free there
   * @param reason by the file system
   */
  static StorageException unwritten(
      String place, long bytes, long free, String reason, Throwable cause) {
    return new StorageException(
        "%s: must take %,d bytes, found %,d bytes free (%s); make room there (espalier clean DIR removes what no sweep needs) or make it writable. Nothing that is finished is lost, and the same command goes on from here"
            .formatted(place, bytes, free, reason),
        cause);
  }
}
