package dev.espalier.workers.checkpoint;

import dev.espalier.workers.stage.DataFile;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checkpoints in a folder, one folder a stage.
 *
 * <p>A stage exists if and only if its {@code result.json} parses and its data files have the
 * lengths and digests that stand there. It holds an address and nothing open, so it travels to
 * executors.
 *
 * @param root the folder {@code stages/} of a run
 */
public record CheckpointStore(String root) implements Serializable {
  static final String RESULT = "result.json";
  static final String STARTED = "started";

  // Digests are checked once a process: a resumed sweep looks at its checkpoints again and again.
  private static final Map<Path, Map<String, DataFile>> VERIFIED = new ConcurrentHashMap<>();

  public CheckpointStore(Path root) {
    this(root.toAbsolutePath().normalize().toString());
  }

  /** The result of a stage, if it is committed and whole. */
  public Optional<StageResult.Done> find(StageId id) throws IOException {
    Path result = folder(id).resolve(RESULT);
    Optional<StageResult.Done> found = parse(id, result);
    if (found.isEmpty()) {
      return found;
    }
    if (!found.get().files().equals(VERIFIED.get(result))) {
      if (!isWhole(found.get())) {
        return Optional.empty();
      }
      VERIFIED.put(result, found.get().files());
    }
    return found;
  }

  /**
   * Starts a try at a stage. Files of dead processes are removed; their markers stay until the
   * stage is committed, because they count.
   */
  public Attempt begin(StageId id) throws IOException {
    Files.createDirectories(folder(id));
    for (AttemptName dead : theDead(id)) {
      removeFiles(id, dead);
    }
    return new Attempt(this, id, AttemptName.next());
  }

  /**
   * A data file of a committed stage, checked against its digest.
   *
   * @throws IOException if the stage is not committed, has no such file, or the file is damaged
   */
  public byte[] read(StageId id, String role) throws IOException {
    StageResult.Done done =
        find(id)
            .orElseThrow(() -> new NoSuchFileException("there is no checkpoint of stage " + id));
    DataFile file = done.files().get(role);
    if (file == null) {
      throw new NoSuchFileException("the checkpoint of stage " + id + " has no file of " + role);
    }
    byte[] content = Durable.read(folder(id).resolve(file.name()));
    if (!matches(file, content)) {
      throw new IOException(
          folder(id).resolve(file.name())
              + ": must have the digest "
              + file.sha256()
              + ", found "
              + StageId.sha256(content));
    }
    return content;
  }

  /** How many processes of this host died over this stage; 0 for one that is committed. */
  public int deaths(StageId id) throws IOException {
    List<AttemptName> dead = theDead(id);
    return dead.isEmpty() || find(id).isPresent() ? 0 : dead.size();
  }

  /** Whether a result lies there; unlike {@link #find} this reads nothing, so it proves nothing. */
  public boolean hasResult(StageId id) {
    return Files.exists(folder(id).resolve(RESULT));
  }

  /** Whether a process of this host is at work on this stage. */
  public boolean isRunning(StageId id) throws IOException {
    return markers(id).stream().anyMatch(attempt -> !attempt.isDead());
  }

  /** Removes what dead processes left of this stage, so that nobody has died over it. */
  public void removeTheDead(StageId id) throws IOException {
    for (AttemptName dead : theDead(id)) {
      removeFiles(id, dead);
      Files.deleteIfExists(folder(id).resolve(STARTED + "-" + dead));
    }
  }

  /** All stages that have a folder, committed or not, in the order of their ids. */
  public List<StageId> stages() throws IOException {
    TreeSet<StageId> ids = new TreeSet<>();
    for (String name : names(Path.of(root))) {
      if (name.matches("[0-9a-f]{64}")) {
        ids.add(new StageId(name));
      }
    }
    return List.copyOf(ids);
  }

  /** Removes a stage, whatever there is of it: first its commit. Returns the bytes that it took. */
  public long remove(StageId id) throws IOException {
    Path folder = folder(id);
    VERIFIED.remove(folder.resolve(RESULT));
    long bytes = 0;
    List<String> names = new ArrayList<>(names(folder));
    if (names.remove(RESULT)) {
      names.add(0, RESULT);
    }
    for (String name : names) {
      bytes += Files.size(folder.resolve(name));
      Files.delete(folder.resolve(name));
    }
    Files.deleteIfExists(folder);
    return bytes;
  }

  Path folder(StageId id) {
    return Path.of(root, id.hex());
  }

  /**
   * Removes the data files of an attempt, and its unfinished {@code result.json}; but none that is
   * committed: a process may die after its commit, before it takes its marker away.
   */
  void removeFiles(StageId id, AttemptName attempt) throws IOException {
    Set<String> committed = new HashSet<>();
    find(id).ifPresent(done -> done.files().values().forEach(file -> committed.add(file.name())));
    for (String name : names(folder(id))) {
      if (name.contains("-" + attempt + ".") && !committed.contains(name)) {
        Files.deleteIfExists(folder(id).resolve(name));
      }
    }
  }

  /** The attempts whose marker stands and whose process does not. */
  private List<AttemptName> theDead(StageId id) throws IOException {
    return markers(id).stream().filter(AttemptName::isDead).toList();
  }

  private List<AttemptName> markers(StageId id) throws IOException {
    List<AttemptName> attempts = new ArrayList<>();
    for (String name : names(folder(id))) {
      if (name.startsWith(STARTED + "-")) {
        AttemptName.parse(name.substring(STARTED.length() + 1)).ifPresent(attempts::add);
      }
    }
    return attempts;
  }

  private static Optional<StageResult.Done> parse(StageId id, Path result) throws IOException {
    try {
      StageResult parsed =
          ResultJson.read(new String(Durable.read(result), StandardCharsets.UTF_8));
      return parsed instanceof StageResult.Done done && done.id().equals(id)
          ? Optional.of(done)
          : Optional.empty();
    } catch (FileNotFoundException | IllegalArgumentException notCommitted) {
      return Optional.empty();
    }
  }

  private boolean isWhole(StageResult.Done done) throws IOException {
    for (DataFile file : done.files().values()) {
      Path path = folder(done.id()).resolve(file.name());
      if (!Files.isRegularFile(path)
          || Files.size(path) != file.bytes()
          || !matches(file, Durable.read(path))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(DataFile file, byte[] content) {
    return content.length == file.bytes() && StageId.sha256(content).equals(file.sha256());
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (NoSuchFileException nothingYet) {
      return List.of();
    }
    return names;
  }
}
