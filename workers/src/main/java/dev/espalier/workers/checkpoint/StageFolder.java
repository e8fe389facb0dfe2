package dev.espalier.workers.checkpoint;

import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The folder of one stage: its result, its data files, and the markers of attempts. */
record StageFolder(StageId id, Storage storage) {
  static final String RESULT = "result.json";

  /** The role of the marker of an attempt. */
  static final String STARTED = "started";

  // Digests are checked once a process: a resumed sweep looks at its checkpoints again and again.
  private static final Map<String, Map<String, DataFile>> VERIFIED = new ConcurrentHashMap<>();

  /** The result of a stage, if it is committed and whole. */
  Optional<StageResult.Done> find() throws IOException {
    Optional<StageResult.Done> found = committed();
    if (found.isEmpty()) {
      return found;
    }
    if (!found.get().files().equals(VERIFIED.get(storage.address()))) {
      if (Damage.of(storage, found.get()).isPresent()) {
        return Optional.empty();
      }
      VERIFIED.put(storage.address(), found.get().files());
    }
    return found;
  }

  /**
   * What is wrong with a checkpoint that {@link #find} does not find though something lies there;
   * empty where nothing does, or it is whole.
   */
  Optional<Damage> damage() throws IOException {
    if (!hasResult()) {
      return Optional.empty();
    }
    Optional<StageResult.Done> committed = committed();
    return committed.isPresent()
        ? Damage.of(storage, committed.get())
        : Optional.of(
            new Damage(
                storage.address() + "/" + RESULT, "the result of this stage", "another text"));
  }

  /** Whether a result lies there; unlike {@link #find} this reads nothing, so it proves nothing. */
  boolean hasResult() throws IOException {
    return storage.exists(RESULT);
  }

  /** What a stage committed; unlike {@link #find} this does not look into its data files. */
  Optional<StageResult.Done> committed() throws IOException {
    try {
      StageResult parsed =
          ResultJson.read(new String(storage.read(RESULT), StandardCharsets.UTF_8));
      return parsed instanceof StageResult.Done done && done.id().equals(id)
          ? Optional.of(done)
          : Optional.empty();
    } catch (FileNotFoundException | IllegalArgumentException notCommitted) {
      return Optional.empty();
    }
  }

  /** Lets {@link #find} check digests again. */
  void forget() {
    VERIFIED.remove(storage.address());
  }

  /** The name of the file that says that an attempt has started and not ended. */
  static String marker(AttemptName attempt) {
    return STARTED + "-" + attempt;
  }

  /** Removes what dead processes left of this stage, so that nobody has died over it. */
  void removeDeadAttempts() throws IOException {
    for (AttemptName dead : deadAttempts()) {
      removeFiles(dead);
      storage.delete(marker(dead));
    }
  }

  /**
   * Removes the data files of an attempt, and its unfinished {@code result.json}; but none that is
   * committed: a process may die after its commit, before it takes its marker away.
   */
  void removeFiles(AttemptName attempt) throws IOException {
    Set<String> committed = new HashSet<>();
    find().ifPresent(done -> done.files().values().forEach(file -> committed.add(file.name())));
    for (Storage.Entry file : storage.list("")) {
      if (file.name().contains("-" + attempt + ".") && !committed.contains(file.name())) {
        storage.delete(file.name());
      }
    }
  }

  /** The attempts whose marker stands and whose process does not. */
  List<AttemptName> deadAttempts() throws IOException {
    return storage.list("").stream()
        .flatMap(file -> startedBy(file.name()).stream())
        .filter(AttemptName::isDead)
        .toList();
  }

  /** The attempt whose marker has this name; empty if it is no marker. */
  static Optional<AttemptName> startedBy(String name) {
    return name.startsWith(STARTED + "-") ? AttemptName.ofFile(name) : Optional.empty();
  }
}
