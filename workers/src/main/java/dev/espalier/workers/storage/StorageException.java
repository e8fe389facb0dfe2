package dev.espalier.workers.storage;

import java.io.IOException;

/** A store cannot be used. The message is for the user: place, rule, found, what to do. */
public final class StorageException extends IOException {
  StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
