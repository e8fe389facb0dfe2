package dev.espalier.workers.checkpoint;

import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.TooLongException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What makes a checkpoint that lies in its store none.
 *
 * @param file where the file lies that is wrong
 * @param expected what it must be, in words
 * @param found what it is, in words
 */
public record Damage(String file, String expected, String found) {

  /** The first file of {@code done} that is not as its result says; empty if all are. */
  static Optional<Damage> of(Storage folder, StageResult.Done done) throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    folder.list("").forEach(entry -> lengths.put(entry.name(), entry.bytes()));
    for (DataFile file : done.files().values()) {
      Optional<Damage> damage = of(folder, file, lengths.get(file.name()));
      if (damage.isPresent()) {
        return damage;
      }
    }
    return Optional.empty();
  }

  private static Optional<Damage> of(Storage folder, DataFile file, @Nullable Long length)
      throws IOException {
    if (length == null) {
      return Optional.of(damage(folder, file, "no such file"));
    }
    if (length != file.bytes()) {
      return Optional.of(damage(folder, file, length + " bytes"));
    }
    try {
      return of(folder, file, folder.read(file.name(), (int) file.bytes()));
    } catch (FileNotFoundException | TooLongException justRemovedOrWritten) {
      return Optional.of(damage(folder, file, "one that is being written or removed"));
    }
  }

  /** What is wrong with the content of a file, if anything is. */
  static Optional<Damage> of(Storage folder, DataFile file, byte[] content) {
    String digest = StageId.sha256(content);
    return content.length == file.bytes() && digest.equals(file.sha256())
        ? Optional.empty()
        : Optional.of(damage(folder, file, words(content.length, digest)));
  }

  private static Damage damage(Storage folder, DataFile file, String found) {
    return new Damage(
        folder.address() + "/" + file.name(), words(file.bytes(), file.sha256()), found);
  }

  private static String words(long bytes, String sha256) {
    return "%d bytes of SHA-256 %s".formatted(bytes, sha256);
  }

  /** The whole of it: place, rule, found. */
  public String message() {
    return "%s: must be %s, found %s".formatted(file, expected, found);
  }
}
