package dev.espalier.sweep.journal;

import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a sweep outside its folder, {@code sweep.json}: made by its first run and never
 * changed.
 *
 * @param key 32 hex digits, the same however often the sweep is resumed or extended
 * @param startedMillis when it first ran, in milliseconds since 1970
 * @param commit the Git commit of the folder in which it was started; null where that is none
 */
public record Identity(String key, long startedMillis, @Nullable String commit) {
  public static final String NAME = "sweep.json";

  public Identity {
    if (key == null || key.isBlank()) {
      throw new IllegalArgumentException("no key");
    }
  }

  /**
   * The identity of the sweep in {@code directory}; made now if it has none.
   *
   * @throws RefusedException if it cannot be read
   */
  public static Identity of(RunDirectory directory) throws IOException {
    JsonFile<Identity> file = file(directory);
    if (!file.exists()) {
      long now = System.currentTimeMillis();
      String origin =
          directory.files().address() + "\n" + now + "\n" + ProcessHandle.current().pid();
      String key = StageId.sha256(origin.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
      String commit = SourceCommit.of(Path.of("").toAbsolutePath()).orElse(null);
      file.write(new Identity(key, now, commit));
    }
    return file.read();
  }

  private static JsonFile<Identity> file(RunDirectory directory) {
    return JsonFile.of(
        directory,
        NAME,
        Identity.class,
        "what the sweep is known by",
        "restore it from a copy, or remove it: the sweep gets another key then, and another run in MLflow");
  }
}
