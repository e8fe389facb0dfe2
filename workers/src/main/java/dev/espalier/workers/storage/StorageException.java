package dev.espalier.workers.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store cannot be used. The message is for the user: place, rule, found, what to do. */
public final class StorageException extends IOException {
  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * A file for which there is no room.
   *
   * @param place of the file
   * @param bytes that it needed
   * @param free bytes that are free there
   * @param reason by the file system
   */
  static StorageException full(
      String place, long bytes, long free, String reason, Throwable cause) {
    return new StorageException(
        "%s: must take %,d bytes, found %,d bytes free (%s); make room there (espalier clean DIR removes what no sweep needs)"
            .formatted(place, bytes, free, reason),
        cause);
  }

  /**
   * A folder of which several processes cannot agree who is at work.
   *
   * @param place of the folder
   * @param found what the file system did or said
   */
  static StorageException notExclusive(String place, String found, @Nullable Throwable cause) {
    return new StorageException(
        "%s: must refuse to create a file that is there, so that one run at a time is at work (S3: conditional writes, If-None-Match), found: %s; take an --out on a file system that can (this one can still be a --store), or for S3 a server that has conditional writes, with fs.s3a.create.conditional.enabled=true"
            .formatted(place, found),
        cause);
  }

  /**
   * A file that cannot be written, though there is room.
   *
   * @param place of the file
   * @param reason by the file system
   */
  static StorageException unwritable(String place, String reason, Throwable cause) {
    return new StorageException(
        "%s: must be a file that can be written, found: %s; make it writable"
            .formatted(place, reason),
        cause);
  }
}
