package dev.espalier.workers.checkpoint;

import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One try at a stage: write the data files, then commit. Closing it without a commit leaves nothing
 * behind; a process that dies leaves its marker, which {@link StageFolder#deadAttempts} counts.
 */
public final class Attempt implements AutoCloseable {
  private final StageFolder stage;
  private final StageId id;
  private final AttemptName name;
  private final Storage folder;
  private final Map<String, DataFile> written = new TreeMap<>();
  private boolean open = true;

  Attempt(StageFolder stage, AttemptName name) throws IOException {
    this.stage = stage;
    this.id = stage.id();
    this.name = name;
    this.folder = stage.storage();
    String forPeople = "process " + name.pid() + " has started on this stage and not ended\n";
    folder.write(StageFolder.marker(name), forPeople.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a data file down to the disk.
   *
   * @param role what the file is to the stage, lower-case letters: {@code weights}
   * @param extension of the file name, lower-case letters and digits, without a dot
   */
  public DataFile write(String role, String extension, byte[] content) throws IOException {
    if (!role.matches("[a-z]+") || !extension.matches("[a-z0-9]+")) {
      throw new IllegalArgumentException(
          "a role must be lower-case letters and an extension letters and digits, found "
              + role
              + " and "
              + extension);
    }
    if (role.equals(StageFolder.STARTED) || written.containsKey(role)) {
      throw new IllegalArgumentException("the role " + role + " is taken");
    }
    DataFile file =
        new DataFile(role + "-" + name + "." + extension, StageId.sha256(content), content.length);
    written.put(role, file);
    folder.write(file.name(), content);
    return file;
  }

  /** Takes over a data file of the commit that this one is going to replace. */
  public void keep(String role, DataFile committed) {
    if (written.putIfAbsent(role, committed) != null) {
      throw new IllegalArgumentException("the role " + role + " is taken");
    }
  }

  /** What was written or kept so far, by role: the {@code files} of the result. */
  public Map<String, DataFile> files() {
    return Map.copyOf(written);
  }

  /**
   * Makes the stage exist, or replaces a result that was measured by another version or has fewer
   * metrics.
   *
   * @return what is committed now: {@code done}, or the result of another attempt that was faster
   */
  public StageResult.Done commit(StageResult.Done done) throws IOException {
    if (!done.id().equals(id) || !done.files().equals(written)) {
      throw new IllegalArgumentException(
          "a commit must name the stage "
              + id.brief()
              + " and the files "
              + written.keySet()
              + ", found "
              + done.id().brief()
              + " and "
              + done.files().keySet());
    }
    Optional<StageResult.Done> before = stage.find();
    if (before.isPresent() && before.get().isMeasuredAs(done)) {
      close();
      return before.get();
    }
    byte[] line = ResultJson.write(done).getBytes(StandardCharsets.UTF_8);
    folder.replace(StageFolder.RESULT, line, "result-" + name + ".tmp");
    open = false;
    if (before.isPresent()) {
      removeReplaced(before.get());
    }
    folder.delete(StageFolder.marker(name));
    stage.removeDeadAttempts();
    return done;
  }

  private void removeReplaced(StageResult.Done before) throws IOException {
    for (DataFile file : before.files().values()) {
      if (!written.containsValue(file)) {
        folder.delete(file.name());
      }
    }
  }

  /** Removes the marker and all files of the attempt, unless it is committed. */
  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      stage.removeFiles(name);
      folder.delete(StageFolder.marker(name));
    }
  }
}
