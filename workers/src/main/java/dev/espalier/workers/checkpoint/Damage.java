package dev.espalier.workers.checkpoint;

import dev.espalier.workers.stage.DataFile;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
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

  /**
   * @param length of the file; null if there is none
   */
  private static Optional<Damage> of(Storage folder, DataFile file, @Nullable Long length)
      throws IOException {
    if (length == null) {
      return Optional.of(none(folder, file));
    }
    if (length != file.bytes()) {
      return Optional.of(new Damage(place(folder, file), words(file), length + " bytes"));
    }
    try {
      return of(folder, file, folder.read(file.name(), (int) file.bytes()));
    } catch (FileNotFoundException justRemoved) {
      return Optional.of(none(folder, file));
    } catch (TooLongException justWritten) {
      return Optional.of(new Damage(place(folder, file), words(file), "more bytes"));
    }
  }

  /** What is wrong with the content of a file, if anything is. */
  static Optional<Damage> of(Storage folder, DataFile file, byte[] content) {
    String digest = StageId.sha256(content);
    return content.length == file.bytes() && digest.equals(file.sha256())
        ? Optional.empty()
        : Optional.of(new Damage(place(folder, file), words(file), words(content.length, digest)));
  }

  private static Damage none(Storage folder, DataFile file) {
    return new Damage(place(folder, file), words(file), "no such file");
  }

  private static String place(Storage folder, DataFile file) {
    return folder.address() + "/" + file.name();
  }

  private static String words(DataFile file) {
    return words(file.bytes(), file.sha256());
  }

  private static String words(long bytes, String sha256) {
    return "%d bytes of SHA-256 %s".formatted(bytes, sha256);
  }

  /** The whole of it: place, rule, found. */
  public String message() {
    return "%s: must be %s, found %s".formatted(file, expected, found);
  }
}
