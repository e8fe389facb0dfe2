package dev.espalier.workers.checkpoint;

import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Checkpoints in a folder, one folder a stage; several sweeps may share it.
 *
 * <p>A stage exists if and only if its {@code result.json} parses and its data files have the
 * lengths and digests that stand there. It holds nothing open, so it travels to executors.
 *
 * @param storage the folder {@code stages/} of a run or of a shared store
 */
public record CheckpointStore(Storage storage) implements Serializable {
  /** So old a file of another host is given up: long enough for a machine to come back. */
  public static final long QUIET_MILLIS = TimeUnit.DAYS.toMillis(1);

  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  public CheckpointStore(Path folder) {
    this(Storages.of(folder));
  }

  /** The store at an address, as {@link Storages#at} takes it. */
  public static CheckpointStore at(String address) {
    return new CheckpointStore(Storages.at(address));
  }

  /** The address that {@link #at} takes. */
  public String root() {
    return storage.address();
  }

  /** The result of a stage, if it is committed and whole. */
  public Optional<StageResult.Done> find(StageId id) throws IOException {
    return stage(id).find();
  }

  /**
   * What is wrong with a checkpoint that {@link #find} does not find though something lies there;
   * empty where nothing does, or it is whole.
   */
  public Optional<Damage> damage(StageId id) throws IOException {
    return stage(id).damage();
  }

  /**
   * Starts a try at a stage. Files of dead processes are removed; their markers stay until the
   * stage is committed, because they count.
   */
  public Attempt begin(StageId id) throws IOException {
    StageFolder stage = stage(id);
    for (AttemptName dead : stage.deadAttempts()) {
      stage.removeFiles(dead);
    }
    return new Attempt(stage, AttemptName.next());
  }

  /**
   * A data file of a committed stage, checked against its digest.
   *
   * @throws IOException if the stage is not committed, has no such file, or the file is damaged
   */
  public byte[] read(StageId id, String role) throws IOException {
    Optional<StageResult.Done> found = find(id);
    if (found.isEmpty()) {
      throw new NoSuchFileException(
          damage(id).map(Damage::message).orElse("there is no checkpoint of stage " + id));
    }
    StageResult.Done done = found.get();
    DataFile file = done.files().get(role);
    if (file == null) {
      throw new NoSuchFileException("the checkpoint of stage " + id + " has no file of " + role);
    }
    byte[] content = folder(id).read(file.name(), (int) file.bytes());
    Optional<Damage> damage = Damage.of(folder(id), file, content);
    if (damage.isPresent()) {
      throw new IOException(damage.get().message());
    }
    return content;
  }

  /**
   * The digest that the network of a stage would have as an {@code .esp} file of version 1, by
   * which results of the first edition name it.
   *
   * @throws IOException as {@link #read}
   */
  public String firstVersionDigest(StageId id, String role) throws IOException {
    return StageId.sha256(CompressedNetwork.firstVersion(read(id, role)));
  }

  /** How many processes of this host died over this stage; 0 for one that is committed. */
  public int deaths(StageId id) throws IOException {
    List<AttemptName> dead = stage(id).deadAttempts();
    return dead.isEmpty() || find(id).isPresent() ? 0 : dead.size();
  }

  /** Whether a result lies there; unlike {@link #find} this reads nothing, so it proves nothing. */
  public boolean hasResult(StageId id) throws IOException {
    return stage(id).hasResult();
  }

  /**
   * Whether a process is at work on this stage.
   *
   * @param quietSinceMillis one of another host that began before, in milliseconds since 1970,
   *     counts as dead: nobody here can see how it is
   */
  public boolean isRunning(StageId id, long quietSinceMillis) throws IOException {
    for (Storage.Entry entry : files(id)) {
      Optional<AttemptName> alive =
          StageFolder.startedBy(entry.name()).filter(attempt -> !attempt.isDead());
      if (alive.isPresent()
          && (alive.get().isHere() || entry.modifiedMillis() >= quietSinceMillis)) {
        return true;
      }
    }
    return false;
  }

  /** Removes what dead processes left of this stage, so that nobody has died over it. */
  public void removeDeadAttempts(StageId id) throws IOException {
    stage(id).removeDeadAttempts();
  }

  /** All stages that have a folder, committed or not, in the order of their ids. */
  public List<StageId> stages() throws IOException {
    TreeSet<StageId> ids = new TreeSet<>();
    for (Storage.Entry entry : storage.list("")) {
      if (ID.matcher(entry.name()).matches()) {
        ids.add(new StageId(entry.name()));
      }
    }
    return List.copyOf(ids);
  }

  /** Removes a stage, whatever there is of it: first its commit. Returns the bytes that it took. */
  public long remove(StageId id) throws IOException {
    Storage folder = folder(id);
    stage(id).forget();
    List<Storage.Entry> entries = folder.list("");
    folder.delete(StageFolder.RESULT);
    long bytes = 0;
    for (Storage.Entry entry : entries) {
      bytes += entry.bytes();
      folder.delete(entry.name());
    }
    storage.deleteFolder(id.hex());
    return bytes;
  }

  /** Whatever files there are of a stage. */
  public List<Storage.Entry> files(StageId id) throws IOException {
    return folder(id).list("");
  }

  /**
   * Files that no commit names and that nobody is at work on: their process is dead, or it was on
   * another host and has long been quiet.
   *
   * @param quietSinceMillis files of other hosts that were written before, in milliseconds since
   *     1970, are given up
   */
  public List<Storage.Entry> strays(StageId id, long quietSinceMillis) throws IOException {
    Set<String> committed = new HashSet<>();
    committed(id)
        .ifPresent(done -> done.files().values().forEach(file -> committed.add(file.name())));
    List<Storage.Entry> strays = new ArrayList<>();
    for (Storage.Entry file : files(id)) {
      Optional<AttemptName> attempt = AttemptName.ofFile(file.name());
      boolean quiet = file.modifiedMillis() < quietSinceMillis;
      if (!committed.contains(file.name())
          && attempt.isPresent()
          && (attempt.get().isHere() ? attempt.get().isDead() : quiet)) {
        strays.add(file);
      }
    }
    return strays;
  }

  /** Removes one of the {@link #strays} of a stage. */
  public void removeStray(StageId id, Storage.Entry stray) throws IOException {
    folder(id).delete(stray.name());
  }

  /** The data file of a committed stage, which is not looked into; empty if it has none. */
  public Optional<DataFile> file(StageId id, String role) throws IOException {
    return committed(id).map(done -> done.files().get(role));
  }

  /** What a stage committed; unlike {@link #find} this does not look into its data files. */
  public Optional<StageResult.Done> committed(StageId id) throws IOException {
    return stage(id).committed();
  }

  /** The SHA-256 of a data file as it lies there; empty if it does not. */
  public Optional<String> digest(StageId id, DataFile file) throws IOException {
    try {
      return Optional.of(StageId.sha256(folder(id).read(file.name())));
    } catch (FileNotFoundException removed) {
      return Optional.empty();
    }
  }

  /** Commits a stage without one of its data files, and removes that. */
  public void drop(StageId id, String role) throws IOException {
    Optional<StageResult.Done> done = committed(id);
    if (done.isEmpty() || !done.get().files().containsKey(role)) {
      return;
    }
    StageResult.Done without = done.get().without(role);
    byte[] line = ResultJson.write(without).getBytes(StandardCharsets.UTF_8);
    folder(id).replace(StageFolder.RESULT, line, "result-" + AttemptName.next() + ".tmp");
    DataFile file = done.get().files().get(role);
    if (file != null) {
      folder(id).delete(file.name());
    }
  }

  private StageFolder stage(StageId id) {
    return new StageFolder(id, folder(id));
  }

  Storage folder(StageId id) {
    return storage.folder(id.hex());
  }
}
