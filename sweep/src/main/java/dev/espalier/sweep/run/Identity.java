package dev.espalier.sweep.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.workers.stage.StageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a sweep is known by outside its folder, made when it first runs and kept for good: {@code
 * sweep.json}.
 *
 * @param key 32 hex digits, the same however often the sweep is resumed or extended
 * @param startedMillis when it first ran, in milliseconds since 1970
 * @param commit the Git commit of the folder in which it was started; null where that is none
 */
public record Identity(String key, long startedMillis, @Nullable String commit) {
  static final String NAME = "sweep.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The identity of the sweep in {@code directory}; made now if it has none. */
  public static Identity of(RunDirectory directory) throws IOException {
    if (!directory.files().exists(NAME)) {
      long now = System.currentTimeMillis();
      String origin =
          directory.files().address() + "\n" + now + "\n" + ProcessHandle.current().pid();
      String key = StageId.sha256(origin.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
      String commit = SourceCommit.of(Path.of("").toAbsolutePath()).orElse(null);
      directory.replace(NAME, JSON.writeValueAsString(new Identity(key, now, commit)) + "\n");
    }
    return JSON.readValue(directory.read(NAME), Identity.class);
  }
}
